/** Groups repeats into one row: an hourly failure is one thing to know. */
import type { InboxNotification } from "../../data/types/documents";

export interface AlertGroup {
  newest: InboxNotification;
  /** All of them, newest first. */
  all: readonly InboxNotification[];
  unread: readonly string[];
}

/** Groups adjacent alerts with the same type, title and playbook; newest first. */
export function grouped(alerts: readonly InboxNotification[]): AlertGroup[] {
  const rows: InboxNotification[][] = [];
  for (const alert of alerts) {
    const row = rows.at(-1);
    if (row?.[0] && isRepeat(row[0], alert)) row.push(alert);
    else rows.push([alert]);
  }
  return rows.map((all) => groupOf(all as [InboxNotification, ...InboxNotification[]]));
}

export function groupOf(all: readonly [InboxNotification, ...InboxNotification[]]): AlertGroup {
  return { newest: all[0], all, unread: all.filter((one) => !one.read).map((one) => one.id) };
}

const isRepeat = (one: InboxNotification, other: InboxNotification) =>
  one.type === other.type && one.title === other.title && one.playbookId === other.playbookId;
