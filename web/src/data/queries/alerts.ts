import { type ListQuery, ofOrg } from "./query";

/** The menu shows a number up to `MENU_COUNT` - 1, and "8+" beyond. */
export const MENU_COUNT = 9;

/** Counted in the menu. */
export const unreadAlerts = (orgId: string): ListQuery => ({
  path: "inbox_notifications",
  where: [ofOrg(orgId), ["read", "==", false]],
  orderBy: [["createdAt", "desc"]],
  limit: MENU_COUNT,
});
