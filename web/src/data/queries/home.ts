/**
 * Home's queries beyond the frame: at most 31 documents. Approvals are shared with the menu's count.
 * 8 suggestions, 4 failed runs, 3 alerts, 4 findings, 5 schedules with their playbooks' names (10), 2 of the plan's.
 */
import { type SuggestionKind, waitingSuggestions } from "./decisions";
import { type ListQuery, ofOrg } from "./query";
import { runs } from "./runs";

const SUGGESTIONS_EACH = 2;
const FAILED_RUNS = 4;
const ALERTS = 3;
const FINDINGS = 4;
export const NEXT_RUNS = 5;
const PLANS_PLAYBOOKS = 2;

/** Undecided suggestions of one kind. */
export const newestSuggestions = (orgId: string, kind: SuggestionKind): ListQuery =>
  waitingSuggestions(orgId, kind, SUGGESTIONS_EACH);

/** Runs that failed since then and weren't retried. */
export const failedRuns = (orgId: string, since: Date): ListQuery =>
  runs(orgId, { statuses: ["failed"], since }, FAILED_RUNS);

/** Unread warnings and critical alerts. */
export const pressingAlerts = (orgId: string): ListQuery => ({
  path: "inbox_notifications",
  where: [ofOrg(orgId), ["read", "==", false], ["severity", "in", ["warning", "critical"]]],
  orderBy: [["createdAt", "desc"]],
  limit: ALERTS,
});

/** Current findings of competitor scans, newest first. */
export const findings = (orgId: string): ListQuery => ({
  path: `tenants/${orgId}/competitive_actions`,
  where: [["status", "in", ["pending", "consumed"]]],
  orderBy: [["updatedAt", "desc"]],
  limit: FINDINGS,
});

/** Playbooks with their own schedules, next due first. */
export const nextSchedules = (orgId: string, now: Date): ListQuery => ({
  path: "playbook_schedules",
  where: [ofOrg(orgId), ["nextRunAt", ">", now]],
  orderBy: [["nextRunAt", "asc"]],
  limit: NEXT_RUNS,
});

/** The plan's playbooks, which share a schedule across shops. */
export const plansPlaybooks = (orgId: string): ListQuery => ({
  path: "playbook_summaries",
  where: [ofOrg(orgId), ["source", "==", "catalog"], ["status", "==", "active"]],
  orderBy: [["createdAt", "desc"]],
  limit: PLANS_PLAYBOOKS,
});
