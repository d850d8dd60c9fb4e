import type { InboxNotification } from "../types/documents";
import { type DocumentQuery, type ListQuery, ofOrg, type Where } from "./query";

/** The menu shows a number up to `MENU_COUNT` - 1, and "9+" beyond. */
export const MENU_COUNT = 10;
/** Per page; one more is fetched to detect older ones. */
export const ALERTS_PAGE = 25;

export interface AlertFilter {
  type?: string | undefined;
  severity?: InboxNotification["severity"] | undefined;
  /** Inclusive upper bound. */
  until?: Date | undefined;
}

/** Counted in the menu. */
export const unreadAlerts = (orgId: string): ListQuery => ({
  path: "inbox_notifications",
  where: [ofOrg(orgId), ["read", "==", false]],
  orderBy: [["createdAt", "desc"]],
  limit: MENU_COUNT,
});

/** Alerts since then, newest first. */
export function alerts(orgId: string, since: Date, { type, severity, until }: AlertFilter): ListQuery {
  const where: Where[] = [ofOrg(orgId), ["createdAt", ">", since]];
  if (type) where.push(["type", "==", type]);
  if (severity) where.push(["severity", "==", severity]);
  if (until) where.push(["createdAt", "<=", until]);
  return { path: "inbox_notifications", where, orderBy: [["createdAt", "desc"]], limit: ALERTS_PAGE + 1 };
}

/** An alert linked from an email. */
export const alert = (alertId: string): DocumentQuery => ({ path: `inbox_notifications/${alertId}` });
