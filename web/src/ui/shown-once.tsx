import { Alert, Button, Code, CopyButton, Group, Stack } from "@mantine/core";
import { CheckIcon, CopyIcon } from "./icons";

/** A secret that is shown only once. */
export function ShownOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Stack>
      <Alert color="yellow" title="Copy it now">
        This is the only time you can see it. We keep no copy.
      </Alert>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} data-testid="new-key">
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
              onClick={copy}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>I've saved it</Button>
      </Group>
    </Stack>
  );
}
