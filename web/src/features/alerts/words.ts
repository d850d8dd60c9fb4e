/** Labels and links of alerts. */
import type { InboxNotification } from "../../data/types/documents";
import { entryOf, label } from "../../format/words";

export type Severity = InboxNotification["severity"];

export const TYPES: Readonly<Record<string, string>> = {
  playbook_failure: "Playbook problems",
  competitor_alert: "Competitors",
  usage_alert: "Usage and shop",
  compliance_flag: "Compliance",
  billing_alert: "Billing",
  weekly_report: "Reports",
  approval: "Approvals",
  playbook: "Playbook messages",
  campaign_draft: "Campaign drafts",
};

export const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "Critical",
  warning: "Warning",
  info: "Info",
};

export const isSeverity = (value: string | null): value is Severity =>
  value !== null && Object.hasOwn(SEVERITIES, value);
export const typeName = (type: string): string => entryOf(TYPES, type) ?? label(type);

export interface Destination {
  to: string;
  label: string;
}

const LABELS: readonly [start: string, label: string][] = [
  ["/runs/", "Open the run"],
  ["/playbooks/", "Open the playbook"],
  ["/playbooks", "See your playbooks"],
  ["/decisions", "Review and decide"],
  ["/competitors", "See your competitors"],
  ["/usage", "See your usage"],
  ["/settings", "Open the settings"],
];

/** The linked page: its own link, otherwise its run, otherwise its playbook. */
export function causeOf({ link, executionId, playbookId }: InboxNotification): Destination | undefined {
  const to = isPage(link)
    ? link
    : executionId
      ? pageOf("runs", executionId)
      : playbookId && pageOf("playbooks", playbookId);
  return to ? { to, label: LABELS.find(([start]) => to.startsWith(start))?.[1] ?? "Open" } : undefined;
}

const isPage = (link: unknown): link is string => typeof link === "string" && /^\/(?![/\\])/.test(link);
const pageOf = (pages: string, id: string) => `/${pages}/${encodeURIComponent(id)}`;
