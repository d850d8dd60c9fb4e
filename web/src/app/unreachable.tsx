import { Button, Center, Stack, Text, Title } from "@mantine/core";

/** Shown when the project can't be reached. */
export function Unreachable({ reason, onRetry }: { reason: string; onRetry: () => void }) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack maw={420} role="alert">
        <Title order={1}>Playbooks can't be reached</Title>
        <Text>Check your connection and try again. Your playbooks keep running.</Text>
        <Text size="xs" c="dimmed">
          {reason}
        </Text>
        <Button onClick={onRetry}>Try again</Button>
      </Stack>
    </Center>
  );
}
