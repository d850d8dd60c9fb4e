/** The page's state in the URL: `type`, `severity`, `until` (newest instant in the list), `alert` (open). */
import { ALERTS_PAGE, type AlertFilter } from "../../data/queries/alerts";
import type { InboxNotification } from "../../data/types/documents";
import { dateOf } from "../../format/time";
import { isSeverity } from "./words";

type Change = (before: URLSearchParams) => URLSearchParams;

const HOUR = 3_600_000;
const MONTH = 30 * 24 * HOUR;

/** The start of the shown period, in whole hours so that the query is stable. */
export const monthAgo = (now = Date.now()) => new Date(Math.floor(now / HOUR) * HOUR - MONTH);

export function filterOf(params: URLSearchParams): AlertFilter {
  const severity = params.get("severity");
  const until = new Date(params.get("until") ?? Number.NaN);
  return {
    type: params.get("type") || undefined,
    severity: isSeverity(severity) ? severity : undefined,
    until: Number.isNaN(until.getTime()) ? undefined : until,
  };
}

/** Changes a filter or the list's start, and closes the open alert. */
export const having =
  (name: "type" | "severity" | "until", value: string | null): Change =>
  (before) => {
    const after = new URLSearchParams(before);
    for (const gone of ["alert", "until", name]) after.delete(gone);
    if (value) after.set(name, value);
    return after;
  };

/** Opens an alert; null closes it. */
export const opening =
  (alertId: string | null): Change =>
  (before) => {
    const after = new URLSearchParams(before);
    after.delete("alert");
    if (alertId) after.set("alert", alertId);
    return after;
  };

/** The next page's start, if any. URLs have milliseconds, Firestore has microseconds. */
export function nextUntil(found: readonly InboxNotification[]): string | undefined {
  const next = found[ALERTS_PAGE];
  return next && new Date(dateOf(next.createdAt).getTime() + 1).toISOString();
}

/** Whether this is a valid document id: URLs can contain anything. */
export const isId = (text: string | null): text is string => !!text && /^(?!\.{1,2}$)[^/]{1,500}$/.test(text);
