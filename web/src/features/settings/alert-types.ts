import type { AlertType, Channel } from "./preferences";

/** Alert types with descriptions, in display order. */
export const ALERT_TYPES: readonly { type: AlertType; name: string; what: string }[] = [
  {
    type: "playbook_failure",
    name: "Failed playbooks",
    what: "A run failed after all retries, or a playbook needs fixing.",
  },
  {
    type: "competitor_alert",
    name: "Competitors",
    what: "A competitor undercuts you, changes prices or runs out of something.",
  },
  {
    type: "usage_alert",
    name: "Shop and plan",
    what: "Low stock, thin margins, unusual sales, customers to win back; 80% of your plan used.",
  },
  {
    type: "compliance_flag",
    name: "Compliance",
    what: "A license or batch that expires soon, or content waiting for review.",
  },
  {
    type: "billing_alert",
    name: "Billing",
    what: "Your monthly budget: at 80% and when it's used up.",
  },
  {
    type: "weekly_report",
    name: "Reports",
    what: "What your playbooks report, daily or weekly.",
  },
];

export const CHANNELS: readonly { channel: Channel; name: string }[] = [
  { channel: "email", name: "Email" },
  { channel: "dashboard", name: "Dashboard" },
  { channel: "sms", name: "Text" },
];
