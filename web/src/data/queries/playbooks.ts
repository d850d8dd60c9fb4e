/** Playbooks: lists use summaries, which all members can read; only editors can read playbooks themselves. */
import { type DocumentQuery, type ListQuery, ofOrg, type Where } from "./query";

export const PLAYBOOKS_PER_PAGE = 15;
export const MOST_PLAYBOOKS = 45;
export const VERSIONS_SHOWN = 20;

export interface PlaybookFilter {
  status?: string | undefined;
  category?: string | undefined;
}

/** Matching playbooks, newest first. */
export const playbooks = (orgId: string, filter: PlaybookFilter = {}, limit = PLAYBOOKS_PER_PAGE): ListQuery => {
  const where: Where[] = [ofOrg(orgId)];
  if (filter.category) where.push(["category", "==", filter.category]);
  if (filter.status) where.push(["status", "==", filter.status]);
  return { path: "playbook_summaries", where, orderBy: [["createdAt", "desc"]], limit };
};

export const playbookPath = (orgId: string, playbookId: string) => `tenants/${orgId}/playbooks/${playbookId}`;

export const playbook = (orgId: string, playbookId: string): DocumentQuery => ({
  path: playbookPath(orgId, playbookId),
});

export const playbookSummary = (orgId: string, playbookId: string): DocumentQuery => ({
  path: `playbook_summaries/${orgId}_${playbookId}`,
});

/** Earlier versions, newest first. */
export const playbookVersions = (orgId: string, playbookId: string): ListQuery => ({
  path: `${playbookPath(orgId, playbookId)}/versions`,
  where: [],
  orderBy: [["editedAt", "desc"]],
  limit: VERSIONS_SHOWN,
});
