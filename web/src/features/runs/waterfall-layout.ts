/** The waterfall's layout. Pure: depends only on the run and the time. */
import { isActive, type RunView, type StepView } from "./run-view";
import { type Span, scaleOf } from "./scale";

/** `failed`: a failed try; `wait`: for an instant or event; `ladder`: for the next attempt. */
export type BarKind = "work" | "running" | "failed" | "wait" | "ladder";

export interface Bar {
  kind: BarKind;
  /** Share of the line, 0 to 1. */
  left: number;
  width: number;
  /** Duration in ms. */
  length: number;
}

export type RowStatus =
  | "completed"
  | "skipped"
  | "failed"
  | "running"
  | "waiting"
  | "retrying"
  | "pending"
  | "canceled";

export interface Row {
  path: string;
  /** The last part of its path. */
  name: string;
  action: string;
  /** 0 for the playbook's own steps. */
  depth: number;
  /** The loop item or branch it belongs to. */
  block?: string | undefined;
  status: RowStatus;
  bars: Bar[];
  durationMs?: number | undefined;
  /** The number of nested rows. */
  inside: number;
  leftOut: number;
}

export interface Waterfall {
  rows: Row[];
  /** The line's start and end. */
  from: number;
  to: number;
  /** Shortened idle stretches. */
  cuts: { left: number; width: number; length: number }[];
}

interface Timed extends Span {
  kind: BarKind;
}

interface Draft {
  step: StepView | undefined;
  path: string;
  action: string;
  status: RowStatus;
  spans: Timed[];
}

export function layOut(run: RunView, now: number): Waterfall {
  const drafts = ordered(run).map((draft) => ({ ...draft, spans: [] as Timed[] }));
  placeResults(run, drafts);
  placeFailedAttempts(run, drafts);
  placeWhatGoesOn(run, drafts, now);
  const spans = drafts.flatMap((draft) => draft.spans);
  const from = Math.min(run.startedAt ?? run.createdAt, ...spans.map((span) => span.from));
  const to = Math.max(
    run.completedAt ?? (isActive(run.status) ? now : from),
    ...spans.map((span) => span.to),
    from + 1,
  );
  const scale = scaleOf(
    spans.filter((span) => span.kind !== "wait" && span.kind !== "ladder"),
    from,
    to,
  );
  const barOf = (span: Timed): Bar => ({
    kind: span.kind,
    left: scale.at(span.from),
    width: scale.at(span.to) - scale.at(span.from),
    length: span.to - span.from,
  });
  return {
    rows: drafts.map((draft) => rowOf(draft, drafts, draft.spans.sort((a, b) => a.from - b.from).map(barOf))),
    from,
    to,
    cuts: scale.cuts.map((cut) => ({
      left: scale.at(cut.from),
      width: scale.at(cut.to) - scale.at(cut.from),
      length: cut.to - cut.from,
    })),
  };
}

function rowOf({ path, action, status, step }: Draft, all: readonly Draft[], bars: Bar[]): Row {
  const parts = path.split("/");
  return {
    path,
    name: parts.at(-1) ?? path,
    action,
    depth: (parts.length - 1) / 2,
    block: parts.length > 1 ? parts.at(-2) : undefined,
    status,
    bars,
    durationMs: step && step.status !== "skipped" ? step.durationMs : undefined,
    inside: all.filter((one) => one.path.startsWith(`${path}/`)).length,
    leftOut: step?.leftOut ?? 0,
  };
}

/** Planned steps, then unplanned ones, each followed by its nested steps. */
function ordered(run: RunView): Omit<Draft, "spans">[] {
  const byPath = new Map(run.steps.map((step) => [step.path, step]));
  const top = run.steps.filter((step) => !step.path.includes("/"));
  const unplanned = top.filter((step) => !run.planned.some((one) => one.path === step.path));
  const roots = [...run.planned, ...unplanned, ...rootsOfInner(run, byPath)];
  return roots.flatMap(({ path, action }) => [
    draftOf(run, path, action, byPath.get(path)),
    ...run.steps
      .filter((step) => step.path.startsWith(`${path}/`))
      .sort((a, b) => byPlace(a.path, b.path))
      .map((step) => draftOf(run, step.path, step.action, step)),
  ]);
}

/** For runs without a plan: parents of steps that finished first. */
function rootsOfInner(run: RunView, known: ReadonlyMap<string, StepView>): { path: string; action: string }[] {
  const roots = new Set(run.steps.map((step) => step.path.split("/")[0] ?? step.path));
  return [...roots]
    .filter((path) => !known.has(path) && !run.planned.some((one) => one.path === path))
    .map((path) => ({ path, action: path }));
}

/** `each/2/x` before `each/10/x`; parents before nested steps. */
function byPlace(a: string, b: string): number {
  const [one, other] = [a.split("/"), b.split("/")];
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const [left, right] = [one[index] ?? "", other[index] ?? ""];
    // Steps of one block keep their order, which is by start.
    if (left !== right) return index % 2 === 1 ? left.localeCompare(right, "en", { numeric: true }) : 0;
  }
  return one.length - other.length;
}

function draftOf(run: RunView, path: string, action: string, step: StepView | undefined): Omit<Draft, "spans"> {
  return { step, path, action, status: step ? statusOfResult(run, step) : "pending" };
}

function statusOfResult(run: RunView, step: StepView): RowStatus {
  if (step.status !== "failed") return step.status;
  return run.status === "retrying" ? "retrying" : "failed";
}

/** Finished steps. Old runs only have durations, so their steps are placed one after another. */
function placeResults(run: RunView, drafts: Draft[]): void {
  let cursor = run.startedAt ?? run.createdAt;
  for (const { step, spans } of drafts) {
    if (!step || step.status === "skipped") continue;
    const from = step.startedAt ?? cursor;
    const to = from + step.durationMs;
    if (step.waitedSince !== undefined) spans.push({ kind: "wait", from: step.waitedSince, to: from });
    spans.push({ kind: step.status === "failed" ? "failed" : "work", from, to });
    if (!step.path.includes("/")) cursor = Math.max(cursor, to);
  }
}

/** Earlier failed tries: each ends with its attempt and starts after the previous steps. */
function placeFailedAttempts(run: RunView, drafts: Draft[]): void {
  for (const attempt of run.attempts) {
    const draft = drafts.find((one) => one.path === attempt.failedStep);
    if (!draft || attempt.endedAt === undefined) continue;
    const { startedAt, endedAt } = attempt;
    const isTheResult = draft.spans.some(
      (span) => span.kind === "failed" && span.from >= startedAt && span.from <= endedAt,
    );
    if (isTheResult) continue;
    const before = drafts
      .filter((one) => one !== draft)
      .flatMap((one) => one.spans)
      .filter((span) => span.from >= startedAt && span.to <= endedAt)
      .map((span) => span.to);
    draft.spans.push({ kind: "failed", from: Math.max(startedAt, ...before), to: endedAt });
  }
}

function placeWhatGoesOn(run: RunView, drafts: Draft[], now: number): void {
  for (const wait of run.waits) {
    const draft =
      drafts.find((one) => one.path === wait.path) ?? drafts.find((one) => wait.path.startsWith(`${one.path}/`));
    if (!draft || !isActive(run.status)) continue;
    draft.status = "waiting";
    draft.spans.push({ kind: "wait", from: wait.since, to: Math.max(now, wait.since) });
  }
  if (run.status === "retrying") placeLadder(run, drafts, now);
  if (run.status === "running") placeRunning(run, drafts, now);
  if (run.status === "cancelled") {
    for (const draft of drafts) if (draft.status === "pending") draft.status = "canceled";
  }
}

function placeLadder(run: RunView, drafts: Draft[], now: number): void {
  const last = run.attempts.at(-1);
  const draft = drafts.find((one) => one.path === last?.failedStep) ?? drafts.find((one) => one.status === "retrying");
  if (!draft || last?.endedAt === undefined) return;
  draft.spans.push({ kind: "ladder", from: last.endedAt, to: Math.max(last.endedAt, now, run.nextAttemptAt ?? now) });
}

/** The active step: the first one without a result from this attempt. */
function placeRunning(run: RunView, drafts: Draft[], now: number): void {
  const began = run.attempts.at(-1)?.startedAt ?? run.startedAt ?? run.createdAt;
  const draft = drafts.find(
    (one) => !one.path.includes("/") && (one.status === "pending" || (one.status === "failed" && isOlder(one, began))),
  );
  if (!draft) return;
  const ended = drafts
    .filter((one) => !one.path.includes("/") && one !== draft)
    .flatMap((one) => one.spans)
    .map((span) => span.to);
  const from = Math.max(began, ...ended.filter((at) => at <= now));
  draft.status = "running";
  draft.spans.push({ kind: "running", from, to: Math.max(now, from) });
}

const isOlder = ({ step }: Draft, began: number) => step?.startedAt === undefined || step.startedAt < began;

/** The initially selected step: the failed one, otherwise the active or waiting one. */
export function firstToLookAt(rows: readonly Row[]): string | undefined {
  const deepest = rows
    .filter((row) => row.status === "failed" || row.status === "retrying")
    .sort((a, b) => b.depth - a.depth);
  const going = rows.find((row) => row.status === "running" || row.status === "waiting");
  return (deepest[0] ?? going)?.path;
}
