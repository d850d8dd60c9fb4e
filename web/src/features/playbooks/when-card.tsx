/** Its triggers and next five runs, with a form for editors. */
import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import type { EventTrigger, Playbook, PlaybookSummary } from "../../data/types/documents";
import { dateOf } from "../../format/time";
import { plain, sentence } from "../../format/words";
import { EditIcon } from "../../ui/icons";
import { When } from "../../ui/when";
import { conditionWords } from "./flow";
import { Section } from "./overview";

const ScheduleEditor = lazy(() => import("./schedule-editor"));
const SHOWN = 5;
const FINISHED = "Finished: no more scheduled runs.";

export function WhenCard({ summary, whole }: { summary: PlaybookSummary; whole: Playbook | undefined }) {
  const [editing, editor] = useDisclosure();
  const runs = summary.nextRuns.filter((at) => dateOf(at).getTime() > Date.now()).slice(0, SHOWN);
  const events = eventsOf(whole);
  const status = whole?.status ?? summary.status;
  return (
    <Section
      title="When"
      action={
        whole ? (
          <Button size="compact-sm" variant="subtle" leftSection={<EditIcon size={14} />} onClick={editor.open}>
            Edit schedule
          </Button>
        ) : null
      }
    >
      <Stack gap="sm">
        {status === "error" ? null : <Text>{sentence(plain(summary.when).replace(/,$/, "")) || "…"}</Text>}
        {events.map(({ eventName, filter }) =>
          typeof filter === "string" && filter ? (
            <Text key={eventName + filter} size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              Only if {conditionWords(filter)}
            </Text>
          ) : null,
        )}
        {runs.length > 0 ? (
          <div>
            <Text size="sm" c="dimmed" mb={4}>
              Next runs
            </Text>
            <Stack gap={2} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
              {runs.map((at) => (
                <li key={dateOf(at).toISOString()}>
                  <Text size="sm" className="number">
                    <When at={at} as="calendar" />
                  </Text>
                </li>
              ))}
            </Stack>
            {summary.runsEnd && runs.length < SHOWN ? (
              <Text size="sm" c="dimmed" mt={4}>
                {runs.length === 1 ? "That's its last run." : "After the last one, it won't run again."}
              </Text>
            ) : null}
          </div>
        ) : (
          <Text size="sm" c="dimmed">
            {status === "active" && summary.runsEnd ? FINISHED : resting(status)}
          </Text>
        )}
        {status === "error" || status === "archived" ? null : (
          <Text size="sm" c="dimmed">
            You can also run it by hand at any time.
          </Text>
        )}
      </Stack>
      {whole && editing ? (
        <Suspense fallback={null}>
          <ScheduleEditor playbook={whole} onClose={editor.close} />
        </Suspense>
      ) : null}
    </Section>
  );
}

const eventsOf = (whole: Playbook | undefined): EventTrigger[] =>
  (Array.isArray(whole?.triggers) ? whole.triggers : []).filter((one): one is EventTrigger => one?.type === "event");

function resting(status: string | null | undefined): string {
  switch (status) {
    case "paused":
      return "Paused: it won't run by itself.";
    case "draft":
      return "A draft: it runs by itself once you turn it on.";
    case "archived":
      return "Archived: it doesn't run anymore.";
    case "error":
      return "It won't run until it is fixed.";
    default:
      return "No set times.";
  }
}
