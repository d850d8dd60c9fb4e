/** The chat box; the conversation continues in chat. */
import { Button, Group, Paper, Stack, Title } from "@mantine/core";
import { useState } from "react";
import { useSession } from "../../data/session";
import "../chat/chat.css";
import { ChoiceButton } from "../../ui/choice-button";
import { Composer } from "../chat/composer";
import { useChat } from "../chat/conversation";
import { suggestions } from "../chat/suggestions";

export function Ask() {
  const { mayEdit } = useSession();
  const { send, isBusy, drawer, thread } = useChat();
  const [text, setText] = useState("");
  const say = (message: string) => {
    setText("");
    drawer.open();
    send(message);
  };
  const question = mayEdit ? "What should I take off your hands?" : "What would you like to know?";
  return (
    <Paper withBorder p={{ base: "md", sm: "lg" }} component="section" aria-label="Ask">
      <Stack gap="sm">
        <Title order={2} size="h3">
          {question}
        </Title>
        <Composer
          label={question}
          placeholder={mayEdit ? "Say what to do, when, and how to reach you" : "Ask about your playbooks"}
          size="lg"
          value={text}
          isBusy={isBusy}
          onChange={setText}
          onSend={say}
        />
        {thread.entries.length === 0 ? (
          <Group gap="xs" role="group" aria-label="Examples">
            {suggestions(mayEdit).map((message) => (
              <ChoiceButton
                key={message}
                label={message}
                size="xs"
                radius="xl"
                disabled={isBusy}
                onClick={() => say(message)}
              />
            ))}
          </Group>
        ) : (
          <Button variant="subtle" size="compact-sm" w="fit-content" onClick={drawer.open}>
            Continue the conversation
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
