/** A playbook's newest runs with durations and costs. 15 reads. */
import { Anchor, Card, Group, Stack } from "@mantine/core";
import { Link } from "react-router";
import { useLiveList } from "../../data/live";
import { useOrg } from "../../data/org";
import { runs } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { ExecutionSummary } from "../../data/types/documents";
import { cost } from "../../format/money";
import { dateOf, duration, shortTime } from "../../format/time";
import { Empty, Shown } from "../../ui/states";
import { RunList } from "../runs/run-list";
import type { Bar } from "./bars";
import { Sparkline } from "./sparkline";

const SHOWN = 15;

export default function RunsTab({ playbookId }: { playbookId: string }) {
  const { orgId } = useSession();
  const live = useLiveList<ExecutionSummary>(runs(orgId, { playbookId }, SHOWN));
  return (
    <Shown
      live={live}
      what="Its runs"
      empty={<Empty title="No runs yet">Each run shows up here, whether it's scheduled or you start it.</Empty>}
    >
      {(found) => (
        <Stack>
          <Figures runs={found} />
          <RunList runs={found} namesPlaybook={false} />
          {found.length === SHOWN ? (
            <Anchor component={Link} to={`/runs?playbook=${encodeURIComponent(playbookId)}`} size="sm">
              See all its runs
            </Anchor>
          ) : null}
        </Stack>
      )}
    </Shown>
  );
}

function Figures({ runs: found }: { runs: readonly ExecutionSummary[] }) {
  const { zone } = useOrg();
  const oldestFirst = [...found].reverse();
  const bars = (value: (run: ExecutionSummary) => number | undefined, words: (value: number) => string): Bar[] =>
    oldestFirst.map((run) => {
      const known = value(run);
      const said = known === undefined ? "Not finished" : words(known);
      return {
        key: run.id,
        title: `${shortTime(run.createdAt, zone)}: ${said}`,
        value: known,
        isBad: run.status === "failed",
      };
    });
  const ended = found.filter((run) => took(run) !== undefined);
  if (ended.length < 2) return null;
  const average = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return (
    <Card withBorder padding="md">
      <Group gap="xl" align="flex-end">
        <Sparkline
          label="How long it took"
          bars={bars(took, duration)}
          newest={`${duration(average(ended.map((run) => took(run) ?? 0)))} on average`}
        />
        <Sparkline
          label="What it cost"
          bars={bars((run) => run.costUsd, cost)}
          newest={`${cost(average(found.map((run) => run.costUsd)))} on average`}
        />
      </Group>
    </Card>
  );
}

function took({ startedAt, completedAt }: ExecutionSummary): number | undefined {
  if (!startedAt || !completedAt) return undefined;
  return Math.max(0, dateOf(completedAt).getTime() - dateOf(startedAt).getTime());
}
