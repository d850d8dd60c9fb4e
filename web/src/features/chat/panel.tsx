import { Text } from "@mantine/core";

/** The conversation, in the drawer and on its own page. */
export default function ChatPanel() {
  return <Text c="dimmed">Loading…</Text>;
}
