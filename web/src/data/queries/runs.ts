/** Runs: lists use summaries, which all members can read; only editors can read runs themselves. */
import { type DocumentQuery, type ListQuery, ofOrg, type Where } from "./query";

export const RUNS_PER_PAGE = 25;
export const ACTIVE = ["queued", "running", "waiting", "retrying"] as const;

export interface RunFilter {
  statuses?: readonly string[] | undefined;
  playbookId?: string | undefined;
  trigger?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Matching runs, newest first. */
export const runs = (orgId: string, filter: RunFilter = {}, limit = RUNS_PER_PAGE): ListQuery => ({
  path: "execution_summaries",
  where: [ofOrg(orgId), ...conditions(filter)],
  orderBy: [["createdAt", "desc"]],
  limit,
});

function conditions({ statuses = [], playbookId, trigger, since, until }: RunFilter): Where[] {
  const where: Where[] = [];
  const [first] = statuses;
  if (first !== undefined) where.push(statuses.length === 1 ? ["status", "==", first] : ["status", "in", statuses]);
  if (playbookId) where.push(["playbookId", "==", playbookId]);
  if (trigger) where.push(["trigger.type", "==", trigger]);
  if (since) where.push(["createdAt", ">=", since]);
  if (until) where.push(["createdAt", "<", until]);
  return where;
}

export const run = (runId: string): DocumentQuery => ({ path: `playbook_executions/${runId}` });
export const runSummary = (runId: string): DocumentQuery => ({ path: `execution_summaries/${runId}` });
/** A campaign's statistics over all its runs. */
export const campaignStats = (orgId: string, campaignId: string): DocumentQuery => ({
  path: `campaign_stats/${orgId}_${campaignId}`,
});

/** The latest bulk job. */
export const newestBulkJob = (orgId: string): ListQuery => ({
  path: "bulk_jobs",
  where: [ofOrg(orgId)],
  orderBy: [["createdAt", "desc"]],
  limit: 1,
});

/** Names for the filter, loaded when it is opened. */
export const playbookNames = (orgId: string): ListQuery => ({
  path: "playbook_summaries",
  where: [ofOrg(orgId)],
  orderBy: [["createdAt", "desc"]],
  limit: 50,
});
