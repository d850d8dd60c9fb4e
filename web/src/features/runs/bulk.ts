/** Bulk requests for the API. */
import { ACTIVE, type RunFilter } from "../../data/queries/runs";
import type { BulkJob } from "../../data/types/documents";
import { counted } from "../../format/money";

export type BulkAction = "retry" | "cancel";
const FITTING: Record<BulkAction, readonly string[]> = { retry: ["failed"], cancel: ACTIVE };

/** The filter's statuses that support the action; all of them without a filter. */
export function statusesFor(action: BulkAction, { statuses = [] }: RunFilter): string[] {
  return FITTING[action].filter((status) => statuses.length === 0 || statuses.includes(status));
}

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
  const parts = [`${counted(job.done, "run")} ${isRetry ? "retried" : "canceled"}`];
  if (job.skipped > 0) parts.push(`${counted(job.skipped, "run")} had already changed`);
  if (job.failed > 0) parts.push(`${counted(job.failed, "run")} could not be ${isRetry ? "retried" : "canceled"}`);
  return `${parts.join(", ")}.`;
}

/** Progress, 0 to 100. */
export const jobPercent = (job: Pick<BulkJob, "status" | "matched" | "done" | "failed" | "skipped">): number =>
  job.status === "completed"
    ? 100
    : Math.min(99, ((job.done + job.failed + job.skipped) / Math.max(1, job.matched)) * 100);
