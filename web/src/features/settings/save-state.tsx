import { Group, Text } from "@mantine/core";
import { CheckIcon } from "../../ui/icons";

export type Saving = "idle" | "saving" | "saved" | "failed";
const WORDS: Record<Saving, string> = { idle: "", saving: "Saving…", saved: "Saved", failed: "Not saved" };

/** The save status, in a fixed place so that nothing moves. */
export function SaveState({ state }: { state: Saving }) {
  return (
    <Group gap={4} h={20} role="status" c={state === "failed" ? "var(--mantine-color-error)" : "dimmed"}>
      {state === "saved" ? <CheckIcon size={14} /> : null}
      <Text size="sm" component="span">
        {WORDS[state]}
      </Text>
    </Group>
  );
}
