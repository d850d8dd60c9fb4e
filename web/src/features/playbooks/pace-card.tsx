/** How often it may run, with a form for editors. */
import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import type { Playbook } from "../../data/types/documents";
import { EditIcon } from "../../ui/icons";
import { Section } from "./overview";
import { paceWords } from "./pace";

const PaceEditor = lazy(() => import("./pace-editor"));

export function PaceCard({ playbook }: { playbook: Playbook }) {
  const [editing, editor] = useDisclosure();
  const words = paceWords(playbook);
  return (
    <Section
      title="Limits"
      action={
        <Button size="compact-sm" variant="subtle" leftSection={<EditIcon size={14} />} onClick={editor.open}>
          Edit limits
        </Button>
      }
    >
      {words.length > 0 ? (
        <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
          {words.map((one) => (
            <li key={one}>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {one}
              </Text>
            </li>
          ))}
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          Only your plan's limits apply.
        </Text>
      )}
      {editing ? (
        <Suspense fallback={null}>
          <PaceEditor playbook={playbook} onClose={editor.close} />
        </Suspense>
      ) : null}
    </Section>
  );
}
