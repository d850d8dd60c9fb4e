import { Stack, Text } from "@mantine/core";
import type { SentMessage } from "../../data/types/api";
import { plain } from "../../format/words";

/** A sent message. Emails are shown in a sandboxed frame without scripts or navigation. */
export function SentMessageView({ message }: { message: SentMessage }) {
  return (
    <Stack gap={6}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {message.to.length > 0 ? (
          <>
            <Text span c="dimmed" size="sm">
              To{" "}
            </Text>
            {plain(message.to.join(", "))}
          </>
        ) : null}
      </Text>
      {message.subject ? (
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {plain(message.subject)}
        </Text>
      ) : null}
      {message.html ? (
        <iframe className="sent-mail" sandbox="" srcDoc={message.html} title="The email as it was sent" />
      ) : (
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {plain(message.text)}
        </Text>
      )}
    </Stack>
  );
}
