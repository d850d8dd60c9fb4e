/**
 * Every query that a page makes, with a sample of it: `registry.test.ts` writes them to `queries.json`, from which the
 * rules and the indexes are tested (`tests/rules/test_dashboard_queries.py`).
 */
import { unreadAlerts } from "./alerts";
import { pendingApprovals } from "./decisions";
import { org } from "./org";
import type { DocumentQuery, ListQuery } from "./query";
import { ACTIVE, newestBulkJob, playbookNames, type RunFilter, run, runSummary, runs } from "./runs";
import { usageMonth } from "./usage";

/** Who may read what the query asks for: any member of the org, or its owners and editors only. */
export type Readers = "members" | "editors";

export interface Registered {
  name: string;
  readers: Readers;
  query: ListQuery | DocumentQuery;
}

export const SAMPLE_ORG = "org_sample";

const SAMPLE_SINCE = new Date("2026-11-01T00:00:00Z");
/** Each combination that the list of runs offers. */
const RUN_FILTERS: readonly RunFilter[] = [
  {},
  { since: SAMPLE_SINCE },
  { statuses: ["failed"] },
  { statuses: ACTIVE, since: SAMPLE_SINCE },
  { playbookId: "daily-intel" },
  { trigger: "manual" },
  { statuses: ["failed"], playbookId: "daily-intel" },
  { statuses: ["failed"], trigger: "manual" },
  { playbookId: "daily-intel", trigger: "manual" },
  { statuses: ACTIVE, playbookId: "daily-intel", trigger: "manual", since: SAMPLE_SINCE },
];

export const QUERIES: readonly Registered[] = [
  { name: "org", readers: "members", query: org(SAMPLE_ORG) },
  { name: "unreadAlerts", readers: "members", query: unreadAlerts(SAMPLE_ORG) },
  { name: "pendingApprovals", readers: "editors", query: pendingApprovals(SAMPLE_ORG) },
  ...RUN_FILTERS.map(
    (filter, number): Registered => ({ name: `runs ${number}`, readers: "members", query: runs(SAMPLE_ORG, filter) }),
  ),
  { name: "run", readers: "editors", query: run("run-1") },
  { name: "runSummary", readers: "members", query: runSummary("run-1") },
  { name: "newestBulkJob", readers: "editors", query: newestBulkJob(SAMPLE_ORG) },
  { name: "playbookNames", readers: "members", query: playbookNames(SAMPLE_ORG) },
  { name: "usageMonth", readers: "members", query: usageMonth(SAMPLE_ORG, "2026-11") },
];
