/** Shows what a run would do, without doing it. */
import { Alert, Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useApi } from "../../data/api";
import { useSession } from "../../data/session";
import type { Playbook } from "../../data/types/documents";
import { cost } from "../../format/money";
import { plain } from "../../format/words";
import { Failure, RowsSkeleton } from "../../ui/states";
import { type DryRun, effectWords, outcomeWords } from "./effects";
import { EventData, eventDataIn, eventOf, sampleText } from "./event-data";
import { actionTitle } from "./flow";

type Asked =
  | { kind: "not yet" }
  | { kind: "asked" }
  | { kind: "answered"; answer: DryRun }
  | { kind: "refused"; error: Error };

export function DryRunModal({
  playbook,
  opened,
  onClose,
}: {
  playbook: Playbook;
  opened: boolean;
  onClose: () => void;
}) {
  const api = useApi();
  const { orgId } = useSession();
  const eventName = eventOf(playbook);
  const [text, setText] = useState("{}");
  const [asked, setAsked] = useState<Asked>({ kind: "not yet" });
  const { id } = playbook;
  const ask = useCallback(
    (eventData: Record<string, unknown>) => {
      setAsked({ kind: "asked" });
      const body = { triggeredBy: "manual", orgId, dryRun: true, eventData };
      api<DryRun>(`/playbooks/${encodeURIComponent(id)}/execute`, { method: "POST", body }).then(
        (answer) => setAsked({ kind: "answered", answer }),
        (error: Error) => setAsked({ kind: "refused", error }),
      );
    },
    [api, orgId, id],
  );
  useEffect(() => {
    if (!opened) return;
    setText(sampleText(eventName));
    if (eventName) setAsked({ kind: "not yet" });
    else ask({});
  }, [opened, eventName, ask]);
  const eventData = eventDataIn(text);
  return (
    <Modal opened={opened} onClose={onClose} title="Dry run" size="lg">
      <Stack>
        {eventName ? (
          <>
            <EventData eventName={eventName} text={text} onChange={setText} />
            <Group justify="flex-end">
              <Button
                disabled={eventData === undefined}
                loading={asked.kind === "asked"}
                onClick={() => eventData && ask(eventData)}
              >
                Try it
              </Button>
            </Group>
          </>
        ) : null}
        {asked.kind === "asked" ? (
          <>
            <Text c="dimmed">Trying it out. Nothing is sent or changed.</Text>
            <RowsSkeleton rows={3} />
          </>
        ) : null}
        {asked.kind === "refused" ? <Failure title="The dry run couldn't start" error={asked.error} /> : null}
        {asked.kind === "answered" ? <Outcome answer={asked.answer} /> : null}
      </Stack>
    </Modal>
  );
}

function Outcome({ answer }: { answer: DryRun }) {
  const { effects, steps, costUsd, error, stopped } = answer;
  return (
    <Stack gap="md">
      {error ? (
        <Alert color="red" title="A real run would fail">
          {plain(error)}
        </Alert>
      ) : null}
      {stopped ? (
        <Alert color="blue" title="It would end early">
          {plain(stopped)}
        </Alert>
      ) : null}
      <Text fw={550}>{outcomeWords(effects.length)}</Text>
      {effects.length ? (
        <Stack component="ol" gap="sm" m={0} pl="lg">
          {effects.map((effect, index) => {
            const { title, detail } = effectWords(effect);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the answer does not change.
              <li key={index}>
                <Text style={{ overflowWrap: "anywhere" }}>{title}</Text>
                {detail ? (
                  <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }} lineClamp={6}>
                    {detail}
                  </Text>
                ) : null}
              </li>
            );
          })}
        </Stack>
      ) : null}
      <Text size="sm" c="dimmed">
        Steps:{" "}
        {steps.map((step) => `${actionTitle(step.action)}${step.status === "skipped" ? " (skipped)" : ""}`).join(" → ")}
      </Text>
      <Group gap="xs">
        <Badge variant="default" tt="none" size="lg">
          A run costs about {cost(costUsd)}
        </Badge>
      </Group>
    </Stack>
  );
}
