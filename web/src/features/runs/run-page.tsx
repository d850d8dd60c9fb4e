/** One run. On open: 1 read, plus one API call for editors' details. */
import { Alert, Anchor, Group, Paper, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { NotFound } from "../../app/not-found";
import { useFetched } from "../../data/api";
import { useLiveDocument } from "../../data/live";
import { run as runQuery, runSummary } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { Execution, ExecutionSummary } from "../../data/types/documents";
import { cost } from "../../format/money";
import { duration } from "../../format/time";
import { plain } from "../../format/words";
import { ClockIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Failure, PageSkeleton } from "../../ui/states";
import { StatusBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { CampaignProgress } from "./campaign-progress";
import type { RunDetails } from "./details";
import { RunActions } from "./run-actions";
import { RunOverview } from "./run-overview";
import { isActive, type RunView, viewOfRun, viewOfSummary } from "./run-view";
import { StepDetail } from "./step-detail";
import { useNow } from "./use-now";
import { Waterfall, WHOLE_RUN } from "./waterfall";
import { firstToLookAt, layOut } from "./waterfall-layout";
import { causeOf } from "./words";

const MISSING = ["permission-denied", "not-found", "invalid-argument"];

export default function RunPage() {
  const { runId = "" } = useParams();
  const { mayEdit } = useSession();
  const whole = useLiveDocument<Execution>(mayEdit ? runQuery(runId) : null);
  const summary = useLiveDocument<ExecutionSummary>(mayEdit ? null : runSummary(runId));
  const { error, data } = mayEdit ? whole : summary;
  if (error && !(MISSING as unknown[]).includes("code" in error ? error.code : ""))
    return (
      <Page title="Run">
        <Failure title="This run can't be shown" error={error} />
      </Page>
    );
  if (error || data === null) return <NotFound />;
  if (data === undefined) return <PageSkeleton />;
  return mayEdit ? (
    <WholeRun document={data as Execution} />
  ) : (
    <ShownRun run={viewOfSummary(data as ExecutionSummary)} />
  );
}

/** With editors' details and actions. */
function WholeRun({ document }: { document: Execution }) {
  const run = viewOfRun(document);
  const { reload, ...details } = useFetched<RunDetails>(`/executions/${run.id}`);
  const receipts = Object.values(document.effects ?? {}).filter((effect) => effect.receipt).length;
  const reached = `${run.status} ${run.attempt} ${run.replay} ${run.steps.length} ${receipts}`;
  const known = useRef(reached);
  useEffect(() => {
    if (known.current === reached) return;
    known.current = reached;
    reload();
  }, [reached, reload]);
  return <ShownRun run={run} document={document} details={details} />;
}

interface Props {
  run: RunView;
  document?: Execution;
  details?: { data: RunDetails | undefined; error: Error | undefined };
}

function ShownRun({ run, document, details }: Props) {
  const [params, setParams] = useSearchParams();
  const now = useNow(run.status === "running" || run.status === "retrying" || run.status === "waiting", latestOf(run));
  const layout = layOut(run, now);
  const chosen = params.get("step");
  const isThere = chosen === WHOLE_RUN || layout.rows.some((row) => row.path === chosen);
  const selected = (isThere ? chosen : firstToLookAt(layout.rows)) ?? WHOLE_RUN;
  const select = (path: string) =>
    setParams(
      (before) => {
        before.set("step", path);
        return before;
      },
      { replace: true },
    );
  return (
    <Page
      title={run.playbookName}
      back={{ to: "/runs", label: "Runs" }}
      lead={<Facts run={run} />}
      actions={document ? <RunActions run={run} document={document} /> : null}
    >
      {run.status === "retrying" ? <Ladder run={run} now={now} /> : null}
      {Object.entries(document?.campaigns ?? {}).map(([step, campaign]) => (
        <CampaignProgress key={step} campaign={campaign} />
      ))}
      <div className="run-panes">
        <Paper withBorder>
          <Waterfall layout={layout} selected={selected} onSelect={select} />
        </Paper>
        {/* What scrolls must be reachable by keyboard. */}
        <Paper withBorder p="md" className="run-detail" component="section" aria-label="Details" tabIndex={0}>
          {selected === WHOLE_RUN ? (
            <RunOverview run={run} details={details ?? null} />
          ) : (
            <StepDetail key={selected} run={run} path={selected} details={details ?? null} />
          )}
        </Paper>
      </div>
    </Page>
  );
}

function Facts({ run }: { run: RunView }) {
  const took = run.startedAt && run.completedAt ? duration(Math.max(0, run.completedAt - run.startedAt)) : undefined;
  return (
    <Group gap="sm" mt={4}>
      <StatusBadge status={run.status} />
      <Text size="sm" component="span">
        {causeOf(run.cause)}, <When at={new Date(run.startedAt ?? run.createdAt)} as="calendar" />
      </Text>
      {took ? (
        <Text size="sm" component="span" className="number">
          Took {took}
        </Text>
      ) : null}
      {run.costUsd > 0 ? (
        <Text size="sm" component="span" className="number">
          Cost {cost(run.costUsd)}
        </Text>
      ) : null}
      {run.attempt > 1 || run.status === "retrying" ? (
        <Text size="sm" component="span">
          Attempt {run.attempt} of {Math.max(run.attempt, MOST_ATTEMPTS)}
        </Text>
      ) : null}
      <Anchor component={Link} to={`/playbooks/${encodeURIComponent(run.playbookId)}`} size="sm">
        Open the playbook
      </Anchor>
    </Group>
  );
}

const MOST_ATTEMPTS = 4;

function Ladder({ run, now }: { run: RunView; now: number }) {
  const left = (run.nextAttemptAt ?? now) - now;
  return (
    <Alert color="orange" icon={<ClockIcon size={18} />} role="status">
      <Text size="sm">
        {run.statusReason ? `${plain(run.statusReason)}. ` : ""}
        {left > 500 ? `Next try in ${duration(Math.ceil(left / 1000) * 1000)}.` : "Trying again now."}
      </Text>
    </Alert>
  );
}

/** The run's latest instant, because a stack's clock may be ahead. */
function latestOf(run: RunView): number {
  if (!isActive(run.status)) return 0;
  const attempt = run.attempts.at(-1);
  return Math.max(
    run.startedAt ?? 0,
    attempt?.startedAt ?? 0,
    attempt?.endedAt ?? 0,
    ...run.waits.map((one) => one.since),
  );
}
