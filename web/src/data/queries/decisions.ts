/** What waits for somebody's word, and what was decided. Approvals are the editors' to read; suggestions everybody's. */
import { MENU_COUNT } from "./alerts";
import { type DocumentQuery, type ListQuery, ofOrg } from "./query";

/** The collections in which agents' suggestions lie. */
export const SUGGESTION_KINDS = [
  "pricing_suggestions",
  "campaign_drafts",
  "inventory_recommendations",
  "margin_optimizations",
] as const;
export type SuggestionKind = (typeof SUGGESTION_KINDS)[number];

/** Counted in the menu of those who may decide. */
export const pendingApprovals = (orgId: string): ListQuery => waitingApprovals(orgId, MENU_COUNT);

export const waitingApprovals = (orgId: string, limit: number): ListQuery => ({
  path: "approvals",
  where: [ofOrg(orgId), ["status", "==", "pending"]],
  orderBy: [["requestedAt", "desc"]],
  limit,
});

/** Those of them that nobody has to decide any more, whichever way they ended. */
export const endedApprovals = (orgId: string, since: Date, limit: number): ListQuery => ({
  path: "approvals",
  where: [
    ofOrg(orgId),
    ["status", "in", ["approved", "rejected", "expired", "withdrawn"]],
    ["requestedAt", ">", since],
  ],
  orderBy: [["requestedAt", "desc"]],
  limit,
});

export const approval = (approvalId: string): DocumentQuery => ({ path: `approvals/${approvalId}` });

export const waitingSuggestions = (orgId: string, kind: SuggestionKind, limit: number): ListQuery => ({
  path: `tenants/${orgId}/${kind}`,
  where: [["status", "==", "pending"]],
  orderBy: [["createdAt", "desc"]],
  limit,
});

export const decidedSuggestions = (orgId: string, kind: SuggestionKind, since: Date, limit: number): ListQuery => ({
  path: `tenants/${orgId}/${kind}`,
  where: [["decidedAt", ">", since]],
  orderBy: [["decidedAt", "desc"]],
  limit,
});

export const suggestion = (orgId: string, kind: SuggestionKind, suggestionId: string): DocumentQuery => ({
  path: `tenants/${orgId}/${kind}/${suggestionId}`,
});

/** What a suggested price is about: what the item costs the shop, and what it sells for now. */
export const inventoryItem = (orgId: string, itemId: string): DocumentQuery => ({
  path: `tenants/${orgId}/inventory/${itemId}`,
});
