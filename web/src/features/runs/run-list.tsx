/** Rows of runs for lists. */
import { Group, Paper, Text } from "@mantine/core";
import { Link } from "react-router";
import type { ExecutionSummary } from "../../data/types/documents";
import { cost } from "../../format/money";
import { plain, sentence } from "../../format/words";
import { StatusBadge } from "../../ui/status";
import { When } from "../../ui/when";
import "./runs.css";
import { causeOf, stepName, tookOf } from "./words";

interface Rows {
  runs: readonly ExecutionSummary[];
  /** False on a playbook's page, where rows are labeled by time. */
  namesPlaybook?: boolean;
}

export function RunList({ runs, namesPlaybook = true }: Rows) {
  return (
    <Paper withBorder className="rows" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
      {runs.map((run) => (
        <RunRow key={run.id} run={run} namesPlaybook={namesPlaybook} />
      ))}
    </Paper>
  );
}

/** The reason for its status, unless obvious. */
function Reason({ run }: { run: ExecutionSummary }) {
  const failedStep = run.attempts?.at(-1)?.failedStepId;
  const wait = run.waits?.[0];
  if ((run.status === "failed" || run.status === "retrying") && failedStep)
    return ` · Failed at ${stepName(failedStep)}`;
  if (run.status === "waiting" && wait)
    return (
      <>
        {" · Until "}
        <When at={wait.until} as="calendar" />
      </>
    );
  return run.statusReason ? ` · ${sentence(plain(run.statusReason))}` : null;
}

function RunRow({ run, namesPlaybook }: { run: ExecutionSummary; namesPlaybook: boolean }) {
  return (
    <li className="row run-row">
      <StatusBadge status={run.status} />
      <div className="run-row-name">
        <Link className="row-link" to={`/runs/${encodeURIComponent(run.id)}`}>
          {namesPlaybook ? plain(run.playbookName) : <When at={run.createdAt} as="calendar" />}
        </Link>
        <Text size="sm" c="dimmed" truncate>
          {causeOf(run.trigger.type)}
          <Reason run={run} />
        </Text>
      </div>
      <Group gap="md" className="run-row-figures" wrap="nowrap">
        <Text size="sm" c="dimmed" className="number">
          {tookOf(run) ?? ""}
        </Text>
        <Text size="sm" c="dimmed" className="number run-row-cost">
          {run.costUsd > 0 ? cost(run.costUsd) : ""}
        </Text>
        <Text size="sm" c="dimmed" className="number run-row-when">
          <When at={run.createdAt} as="ago" />
        </Text>
      </Group>
    </li>
  );
}
