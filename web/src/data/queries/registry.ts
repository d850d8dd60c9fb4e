/**
 * Every query that a page makes, with a sample of it: `registry.test.ts` writes them to `queries.json`, from which the
 * rules and the indexes are tested (`tests/rules/test_dashboard_queries.py`).
 */
import { unreadAlerts } from "./alerts";
import { pendingApprovals } from "./decisions";
import { org } from "./org";
import type { DocumentQuery, ListQuery } from "./query";

/** Who may read what the query asks for: any member of the org, or its owners and editors only. */
export type Readers = "members" | "editors";

export interface Registered {
  name: string;
  readers: Readers;
  query: ListQuery | DocumentQuery;
}

export const SAMPLE_ORG = "org_sample";

export const QUERIES: readonly Registered[] = [
  { name: "org", readers: "members", query: org(SAMPLE_ORG) },
  { name: "unreadAlerts", readers: "members", query: unreadAlerts(SAMPLE_ORG) },
  { name: "pendingApprovals", readers: "editors", query: pendingApprovals(SAMPLE_ORG) },
];
