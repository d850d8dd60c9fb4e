/** Pending and past decisions. Approvals are readable by editors, suggestions by everyone. */
import { MENU_COUNT } from "./alerts";
import { type DocumentQuery, type ListQuery, ofOrg } from "./query";

/** Collections of agents' suggestions. */
export const SUGGESTION_KINDS = [
  "pricing_suggestions",
  "campaign_drafts",
  "inventory_recommendations",
  "margin_optimizations",
] as const;
export type SuggestionKind = (typeof SUGGESTION_KINDS)[number];

/** Counted in the menu for users who can decide. */
export const pendingApprovals = (orgId: string): ListQuery => waitingApprovals(orgId, MENU_COUNT);

export const waitingApprovals = (orgId: string, limit: number): ListQuery => ({
  path: "approvals",
  where: [ofOrg(orgId), ["status", "==", "pending"]],
  orderBy: [["requestedAt", "desc"]],
  limit,
});

/** Closed ones, whatever the outcome. */
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

/** The item of a suggested price, with its cost and current price. */
export const inventoryItem = (orgId: string, itemId: string): DocumentQuery => ({
  path: `tenants/${orgId}/inventory/${itemId}`,
});
