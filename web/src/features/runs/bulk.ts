/** Retrying or canceling all runs that match, as the API takes it. */
import { ACTIVE, type RunFilter } from "../../data/queries/runs";
import type { BulkJob } from "../../data/types/documents";
import { counted } from "../../format/money";

export type BulkAction = "retry" | "cancel";
const FITTING: Record<BulkAction, readonly string[]> = { retry: ["failed"], cancel: ACTIVE };

/** The statuses of the filter that the action fits; all of them where the filter names none. */
export function statusesFor(action: BulkAction, { statuses = [] }: RunFilter): string[] {
  return FITTING[action].filter((status) => statuses.length === 0 || statuses.includes(status));
}

/** The request's body. */
export function bulkBody(action: BulkAction, filter: RunFilter, dryRun: boolean) {
  const { playbookId, trigger, since, until } = filter;
  return {
    action,
    filter: {
      status: statusesFor(action, filter),
      ...(playbookId ? { playbookId } : {}),
      ...(trigger ? { trigger } : {}),
      ...(since ? { since: since.toISOString() } : {}),
      ...(until ? { until: until.toISOString() } : {}),
    },
    ...(dryRun ? { dryRun } : {}),
  };
}

/** "Retrying 12 failed runs", or how it ended. */
export function jobWords(job: Pick<BulkJob, "action" | "status" | "matched" | "done" | "failed" | "skipped">): string {
  const isRetry = job.action === "retry";
  if (job.status !== "completed") return `${isRetry ? "Retrying" : "Canceling"} ${counted(job.matched, "run")}`;
  const parts = [`${counted(job.done, "run")} ${isRetry ? "sent back" : "canceled"}`];
  if (job.skipped > 0) parts.push(`${counted(job.skipped, "run")} had changed meanwhile`);
  if (job.failed > 0) parts.push(`${counted(job.failed, "run")} could not be ${isRetry ? "sent back" : "canceled"}`);
  return `${parts.join(", ")}.`;
}

/** How much of it is done, 0 to 100. */
export const jobPercent = (job: Pick<BulkJob, "status" | "matched" | "done" | "failed" | "skipped">): number =>
  job.status === "completed"
    ? 100
    : Math.min(99, ((job.done + job.failed + job.skipped) / Math.max(1, job.matched)) * 100);
