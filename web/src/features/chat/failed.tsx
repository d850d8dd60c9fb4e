import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { plain } from "../../format/words";
import { AlertIcon } from "../../ui/icons";

/** An error message with a way to retry. */
export function Failed({ words, children }: { words: string; children?: ReactNode }) {
  return (
    <Group gap="xs" role="alert" wrap="nowrap" align="flex-start" c="var(--mantine-color-error)">
      <AlertIcon size={16} />
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {plain(words)} {children}
      </Text>
    </Group>
  );
}
