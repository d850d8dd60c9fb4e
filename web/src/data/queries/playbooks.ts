/** Playbooks: lists are made of the summaries that every member may read; a playbook itself is read whole by editors. */
import { type DocumentQuery, type ListQuery, ofOrg, type Where } from "./query";

export const PLAYBOOKS_PER_PAGE = 15;
export const MOST_PLAYBOOKS = 45;
export const VERSIONS_SHOWN = 20;

export interface PlaybookFilter {
  status?: string | undefined;
  category?: string | undefined;
}

/** The newest playbooks that match. */
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

/** Its earlier versions, the newest first. */
export const playbookVersions = (orgId: string, playbookId: string): ListQuery => ({
  path: `${playbookPath(orgId, playbookId)}/versions`,
  where: [],
  orderBy: [["editedAt", "desc"]],
  limit: VERSIONS_SHOWN,
});
