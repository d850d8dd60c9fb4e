import { MENU_COUNT } from "./alerts";
import { type ListQuery, ofOrg } from "./query";

/** Counted in the menu of those who may decide. */
export const pendingApprovals = (orgId: string): ListQuery => ({
  path: "approvals",
  where: [ofOrg(orgId), ["status", "==", "pending"]],
  orderBy: [["requestedAt", "desc"]],
  limit: MENU_COUNT,
});
