/**
 * Every query of the pages with a sample. `registry.test.ts` writes them to `queries.json`, which is used to test
 * rules and indexes (`tests/rules/test_dashboard_queries.py`).
 */
import { type AlertFilter, alert, alerts, unreadAlerts } from "./alerts";
import {
  approval,
  decidedSuggestions,
  endedApprovals,
  inventoryItem,
  pendingApprovals,
  SUGGESTION_KINDS,
  suggestion,
  waitingSuggestions,
} from "./decisions";
import { failedRuns, findings, nextSchedules, plansPlaybooks, pressingAlerts } from "./home";
import { org } from "./org";
import { type PlaybookFilter, playbook, playbookSummary, playbooks, playbookVersions } from "./playbooks";
import type { DocumentQuery, ListQuery } from "./query";
import { ACTIVE, campaignStats, newestBulkJob, playbookNames, type RunFilter, run, runSummary, runs } from "./runs";
import { usageMonth } from "./usage";

/** Who can read the results: any member, or owners and editors only. */
export type Readers = "members" | "editors";

export interface Registered {
  name: string;
  readers: Readers;
  query: ListQuery | DocumentQuery;
}

export const SAMPLE_ORG = "org_sample";

const SAMPLE_SINCE = new Date("2026-11-01T00:00:00Z");
const SAMPLE_UNTIL = new Date("2026-11-20T00:00:00Z");
/** All filter combinations of the list of runs. */
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

/** All filter combinations of the list of alerts. */
const ALERT_FILTERS: readonly AlertFilter[] = [
  {},
  { until: SAMPLE_UNTIL },
  { type: "billing_alert" },
  { severity: "critical" },
  { type: "billing_alert", severity: "critical", until: SAMPLE_UNTIL },
];

/** All filter combinations of the list of playbooks. */
const PLAYBOOK_FILTERS: readonly PlaybookFilter[] = [
  {},
  { status: "active" },
  { category: "pricing" },
  { status: "active", category: "pricing" },
];

export const QUERIES: readonly Registered[] = [
  { name: "org", readers: "members", query: org(SAMPLE_ORG) },
  { name: "alert", readers: "members", query: alert("alert_sample") },
  ...ALERT_FILTERS.map(
    (filter, number): Registered => ({
      name: `alerts ${number}`,
      readers: "members",
      query: alerts(SAMPLE_ORG, SAMPLE_SINCE, filter),
    }),
  ),
  { name: "unreadAlerts", readers: "members", query: unreadAlerts(SAMPLE_ORG) },
  { name: "pendingApprovals", readers: "editors", query: pendingApprovals(SAMPLE_ORG) },
  { name: "endedApprovals", readers: "editors", query: endedApprovals(SAMPLE_ORG, SAMPLE_SINCE, 11) },
  { name: "approval", readers: "editors", query: approval("approval_sample") },
  ...SUGGESTION_KINDS.flatMap((kind): Registered[] => [
    { name: `waiting ${kind}`, readers: "members", query: waitingSuggestions(SAMPLE_ORG, kind, 25) },
    { name: `decided ${kind}`, readers: "members", query: decidedSuggestions(SAMPLE_ORG, kind, SAMPLE_SINCE, 25) },
    { name: `one of ${kind}`, readers: "members", query: suggestion(SAMPLE_ORG, kind, "suggestion_sample") },
  ]),
  { name: "inventoryItem", readers: "members", query: inventoryItem(SAMPLE_ORG, "item_sample") },
  ...RUN_FILTERS.map(
    (filter, number): Registered => ({ name: `runs ${number}`, readers: "members", query: runs(SAMPLE_ORG, filter) }),
  ),
  { name: "run", readers: "editors", query: run("run-1") },
  { name: "runSummary", readers: "members", query: runSummary("run-1") },
  { name: "campaignStats", readers: "members", query: campaignStats(SAMPLE_ORG, "welcome") },
  { name: "newestBulkJob", readers: "editors", query: newestBulkJob(SAMPLE_ORG) },
  { name: "failedRuns", readers: "members", query: failedRuns(SAMPLE_ORG, SAMPLE_SINCE) },
  { name: "pressingAlerts", readers: "members", query: pressingAlerts(SAMPLE_ORG) },
  { name: "findings", readers: "members", query: findings(SAMPLE_ORG) },
  { name: "nextSchedules", readers: "members", query: nextSchedules(SAMPLE_ORG, SAMPLE_SINCE) },
  { name: "plansPlaybooks", readers: "members", query: plansPlaybooks(SAMPLE_ORG) },
  { name: "playbookNames", readers: "members", query: playbookNames(SAMPLE_ORG) },
  { name: "usageMonth", readers: "members", query: usageMonth(SAMPLE_ORG, "2026-11") },
  ...PLAYBOOK_FILTERS.map(
    (filter, number): Registered => ({
      name: `playbooks ${number}`,
      readers: "members",
      query: playbooks(SAMPLE_ORG, filter),
    }),
  ),
  { name: "playbook", readers: "editors", query: playbook(SAMPLE_ORG, "daily-intel") },
  { name: "playbookSummary", readers: "members", query: playbookSummary(SAMPLE_ORG, "daily-intel") },
  { name: "playbookVersions", readers: "editors", query: playbookVersions(SAMPLE_ORG, "daily-intel") },
];
