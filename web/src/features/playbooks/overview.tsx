/** When it runs, what it does and who gets notified. */
import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import type { Playbook, PlaybookSummary } from "../../data/types/documents";
import { flowOf, isInWords } from "./flow";
import { Flow } from "./flow-view";
import { HooksCard } from "./hooks-card";
import { PaceCard } from "./pace-card";
import { recipientsOf } from "./recipients";
import { WhenCard } from "./when-card";

export function Overview({ summary, whole }: { summary: PlaybookSummary; whole: Playbook | undefined }) {
  return (
    <div className="overview">
      <Stack gap="lg">
        <WhenCard summary={summary} whole={whole} />
        {whole && isCalled(whole) ? <HooksCard playbookId={whole.id} /> : null}
        {whole ? <Recipients playbook={whole} /> : null}
        {whole ? <PaceCard playbook={whole} /> : null}
      </Stack>
      <Section title="What it does">{whole ? <WholeFlow playbook={whole} /> : <Steps summary={summary} />}</Section>
    </div>
  );
}

const isCalled = (whole: Playbook) =>
  Array.isArray(whole.triggers) && whole.triggers.some((one) => one?.type === "webhook");

export function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title} padding="lg">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={2} size="h5">
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </Card>
  );
}

function WholeFlow({ playbook }: { playbook: Playbook }) {
  const steps = useMemo(() => flowOf(playbook.steps), [playbook.steps]);
  return <Flow steps={steps} />;
}

function Steps({ summary }: { summary: PlaybookSummary }) {
  const steps = summary.steps.map(({ action, agent }) => ({ action: action ?? "", ...(agent ? { agent } : {}) }));
  return <Flow steps={flowOf(steps)} />;
}

function Recipients({ playbook }: { playbook: Playbook }) {
  const recipients = useMemo(() => recipientsOf(playbook.steps), [playbook.steps]);
  return (
    <Section title="Who gets notified">
      {recipients.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nobody. You'll find its results in its runs.
        </Text>
      ) : (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
          {recipients.map((one) => (
            <li key={JSON.stringify(one)}>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                <Text span fw={600} size="sm">
                  {one.channel}
                </Text>{" "}
                · {one.people}
              </Text>
              {one.condition ? (
                <Text size="xs" c="dimmed">
                  {isInWords(one.condition) ? `If ${one.condition}` : "In some cases; see the steps"}
                </Text>
              ) : null}
            </li>
          ))}
        </Stack>
      )}
    </Section>
  );
}
