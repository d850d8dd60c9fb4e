/** A proposed playbook and what it will do. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { EstimateAnswer, Summary } from "../../data/types/api";
import { cost, counted } from "../../format/money";
import { plain, sentence } from "../../format/words";
import { CheckIcon, PlaybookIcon } from "../../ui/icons";
import { When } from "../../ui/when";
import { Failed } from "./failed";
import type { Theirs } from "./thread";

export function ProposedPlaybook(props: {
  entry: Theirs;
  summary: Summary;
  /** Whether it can still be created from here. */
  isOpen: boolean;
  isBusy: boolean;
  onCreate: () => void;
  onChange: () => void;
}) {
  const { entry, summary, isOpen, isBusy } = props;
  const { nextRuns, estimate } = entry.answer;
  return (
    <Paper withBorder p="md" component="section" aria-label={`Proposed playbook: ${plain(summary.name)}`}>
      <Stack gap="sm">
        <Group gap="xs" wrap="nowrap" justify="space-between" align="flex-start">
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <PlaybookIcon size={20} />
            <Title order={2} size="h5" style={{ overflowWrap: "anywhere" }}>
              {plain(summary.name)}
            </Title>
          </Group>
          {entry.outcome ? (
            <Badge variant="light" color="teal" tt="none" leftSection={<CheckIcon size={12} />}>
              Created
            </Badge>
          ) : null}
        </Group>
        <Stack component="dl" gap={8} m={0}>
          <Row label="When">{sentence(plain(summary.when))}</Row>
          {summary.does ? <Row label="What it does">{sentence(plain(summary.does))}</Row> : null}
          {summary.tells ? <Row label="Who gets notified">{sentence(plain(summary.tells))}</Row> : null}
          {nextRuns?.length ? (
            <Row label="Next runs">
              {nextRuns.map((at) => (
                <div key={at}>
                  <When at={at} as="calendar" />
                </div>
              ))}
            </Row>
          ) : null}
          {estimate ? <Row label="Cost">{costWords(estimate)}</Row> : null}
        </Stack>
        {entry.failure ? <Failed words={entry.failure} /> : null}
        {isOpen ? (
          <Group gap="xs">
            <Button size="sm" loading={isBusy} onClick={props.onCreate}>
              {entry.failure ? "Try again" : "Create"}
            </Button>
            <Button size="sm" variant="default" disabled={isBusy} onClick={props.onChange}>
              Change something
            </Button>
          </Group>
        ) : null}
        {isOpen || entry.outcome ? null : (
          <Text size="sm" c="dimmed">
            Not created.
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="chat-row">
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </div>
  );
}

/** "About $0.34 a month (30 runs at $0.011)"; without a schedule "About $0.0010 each time". */
export function costWords({ perRunUsd, monthlyUsd, runsPerMonth, onEvents }: EstimateAnswer): string {
  if (!runsPerMonth) return `About ${cost(perRunUsd)} ${onEvents ? "each time" : "a run"}`;
  const more = onEvents ? ", and as much for each event" : "";
  return `About ${cost(monthlyUsd)} a month (${counted(runsPerMonth, "run")} at ${cost(perRunUsd)}${more})`;
}
