/** A run for its page, from the full document (editors) or the summary (viewers). Times in ms. */
import type {
  Execution,
  ExecutionPinned,
  ExecutionStatus,
  ExecutionSummary,
  StepResult,
} from "../../data/types/documents";
import type { Timestamp } from "../../data/types/times";

export type StepStatus = "completed" | "skipped" | "failed";

export interface StepView {
  /** The step's path: `each/0/mail`. */
  path: string;
  action: string;
  agent?: string | undefined;
  status: StepStatus;
  /** Absent in older runs. */
  startedAt?: number | undefined;
  waitedSince?: number | undefined;
  durationMs: number;
  costUsd: number;
  error?: string | undefined;
  /** Unlisted nested steps. */
  leftOut?: number | undefined;
}

export interface AttemptView {
  number: number;
  startedAt: number;
  endedAt?: number | undefined;
  error?: string | undefined;
  failedStep?: string | undefined;
}

export interface WaitView {
  path: string;
  since: number;
  until: number;
}

export interface RunView {
  id: string;
  playbookId: string;
  playbookName: string;
  playbookVersion: number;
  status: ExecutionStatus;
  statusReason?: string | undefined;
  cause: string;
  slot?: Timestamp | undefined;
  attempt: number;
  replay: number;
  attempts: AttemptView[];
  /** The playbook's steps in order, as of the start. */
  planned: { path: string; action: string }[];
  steps: StepView[];
  waits: WaitView[];
  createdAt: number;
  startedAt?: number | undefined;
  completedAt?: number | undefined;
  nextAttemptAt?: number | undefined;
  isCanceling: boolean;
  costUsd: number;
}

const ACTIVE: readonly ExecutionStatus[] = ["queued", "running", "waiting", "retrying"];
export const isActive = (status: ExecutionStatus) => ACTIVE.includes(status);

const millis = (at: Timestamp | null | undefined) => at?.toMillis();

export function viewOfRun(run: Execution): RunView {
  const { definition } = pinnedIn(run);
  const { name } = definition;
  const results = [...run.stepResults, ...Object.values(run.progress ?? {})];
  return {
    ...common(run),
    playbookName: typeof name === "string" ? name : run.playbookId,
    replay: run.replay,
    attempts: run.attempts.map((one) => ({
      number: one.number,
      startedAt: one.startedAt.toMillis(),
      endedAt: millis(one.endedAt),
      error: one.error ?? undefined,
      failedStep: one.failedStepId ?? undefined,
    })),
    planned: namedSteps(definition.steps).map(({ id, action }) => ({ path: id, action })),
    steps: results.flatMap(stepsOf),
    waits: Object.entries(run.waits ?? {}).map(([path, wait]) => ({
      path,
      since: wait.since.toMillis(),
      until: wait.until.toMillis(),
    })),
    isCanceling: Boolean(run.cancelRequestedAt) && isActive(run.status),
  };
}

export function viewOfSummary(run: ExecutionSummary): RunView {
  return {
    ...common(run),
    playbookName: run.playbookName,
    replay: run.replay ?? 0,
    attempts: (run.attempts ?? []).map((one) => ({
      number: one.number,
      startedAt: one.startedAt.toMillis(),
      endedAt: millis(one.endedAt),
      failedStep: one.failedStepId ?? undefined,
    })),
    planned: (run.planned ?? []).map(({ stepId, action }) => ({ path: stepId, action })),
    steps: run.steps.map((one) => ({
      path: one.stepId,
      action: one.action,
      agent: one.agent ?? undefined,
      status: one.status,
      startedAt: millis(one.startedAt),
      waitedSince: millis(one.waitedSince),
      durationMs: one.durationMs,
      costUsd: one.costUsd,
    })),
    waits: (run.waits ?? []).map((one) => ({
      path: one.stepId,
      since: one.since.toMillis(),
      until: one.until.toMillis(),
    })),
    isCanceling: false,
  };
}

function common(run: Execution | ExecutionSummary) {
  return {
    id: run.id,
    playbookId: run.playbookId,
    playbookVersion: run.playbookVersion,
    status: run.status,
    statusReason: run.statusReason ?? undefined,
    cause: run.trigger.type,
    slot: run.trigger.slot ?? undefined,
    attempt: run.attempt,
    createdAt: run.createdAt.toMillis(),
    startedAt: millis(run.startedAt),
    completedAt: millis(run.completedAt),
    nextAttemptAt: millis(run.nextAttemptAt),
    costUsd: run.costUsd,
  };
}

function stepsOf(result: StepResult): StepView[] {
  const itself: StepView = {
    path: result.stepId,
    action: result.action,
    agent: result.agent ?? undefined,
    status: result.status,
    startedAt: millis(result.startedAt),
    waitedSince: millis(result.waitedSince),
    durationMs: result.durationMs,
    costUsd: result.costUsd,
    error: result.error ?? undefined,
    leftOut: result.innerLeftOut ?? undefined,
  };
  const inside = (result.inner ?? []).map((one) => ({
    path: one.stepId,
    action: one.action,
    status: one.status,
    startedAt: millis(one.startedAt),
    waitedSince: millis(one.waitedSince),
    durationMs: one.durationMs,
    costUsd: 0,
    error: one.error ?? undefined,
  }));
  return [itself, ...inside];
}

function pinnedIn(run: Execution): Pick<ExecutionPinned, "definition"> {
  try {
    const pinned: unknown = JSON.parse(run.pinned);
    if (isObject(pinned) && isObject(pinned.definition)) return { definition: pinned.definition };
  } catch {
    // Without a readable playbook, show what the run did.
  }
  return { definition: {} };
}

export interface WrittenStep {
  id: string;
  action: string;
  params: Record<string, unknown>;
  condition?: string | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Steps as written, with the engine's default ids: `notify`, then `notify_2`. */
export function namedSteps(written: unknown): WrittenStep[] {
  const parts = (Array.isArray(written) ? written : []).filter(isObject);
  const taken = new Set(parts.map((part) => part.id).filter((id) => typeof id === "string"));
  return parts.map((part) => {
    const action = typeof part.action === "string" ? part.action : "step";
    const id = typeof part.id === "string" ? part.id : freeName(action, taken);
    taken.add(id);
    return {
      id,
      action,
      params: isObject(part.params) ? part.params : {},
      condition: typeof part.condition === "string" ? part.condition : undefined,
    };
  });
}

function freeName(stem: string, taken: ReadonlySet<unknown>): string {
  let name = stem;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}_${number}`;
  return name;
}

/** The playbook's step at that path; nested steps are found anywhere in params. */
export function writtenStep(steps: unknown, path: string): WrittenStep | undefined {
  const [id, , ...rest] = path.split("/");
  const step = namedSteps(steps).find((one) => one.id === id);
  if (!step || rest.length === 0) return step;
  for (const inner of blocksIn(step.params)) {
    const found = writtenStep(inner, rest.join("/"));
    if (found) return found;
  }
  return undefined;
}

function blocksIn(value: unknown): unknown[][] {
  if (Array.isArray(value)) {
    const isBlock = value.length > 0 && value.every((one) => isObject(one) && typeof one.action === "string");
    return isBlock ? [value] : value.flatMap(blocksIn);
  }
  return isObject(value) ? Object.values(value).flatMap(blocksIn) : [];
}
