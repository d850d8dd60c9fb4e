/** A playbook's recipients, from its steps. */
import { entryOf, plain } from "../../format/words";
import { type FlowStep, flowOf } from "./flow";

export interface Recipient {
  channel: string;
  people: string;
  condition: string | undefined;
}

const CHANNELS: Record<string, string> = { email: "Email", sms: "Text", dashboard: "Dashboard" };

/** Each channel with its people once, in step order. */
export function recipientsOf(steps: unknown): Recipient[] {
  const found = walk(flowOf(steps)).flatMap(recipientsOfStep);
  const seen = new Set<string>();
  return found.filter((one) => {
    const key = JSON.stringify(one);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

const walk = (steps: readonly FlowStep[]): FlowStep[] =>
  steps.flatMap((step) => [step, ...step.blocks.flatMap((block) => walk(block.steps))]);

function recipientsOfStep({ action, params, condition }: FlowStep): Recipient[] {
  const one = (channel: string, people: string): Recipient[] => [{ channel, people, condition }];
  switch (action) {
    case "notify":
      return notified(params).map(([channel, people]) => ({ channel, people, condition }));
    case "send_email":
      return one("Email", peopleOf(params.to) || "nobody");
    case "send_sms":
      return one("Text", peopleOf(params.to) || "nobody");
    case "slack_post":
      return one("Slack", "your team");
    case "create_inbox_notification":
      return one("Dashboard", "everybody here");
    case "wait_for_approval":
      return one("Decision", "owners and editors");
    case "save_to_drive":
      return one("Google Drive", "anyone with access to the folder");
    default:
      return [];
  }
}

function notified(params: Record<string, unknown>): [string, string][] {
  const entries = listOf(params.to);
  const phones = entries.filter((entry) => entry.startsWith("+") || entry.includes("phone"));
  const addresses = entries.filter((entry) => !phones.includes(entry));
  if (!Array.isArray(params.channels)) {
    const named = addresses.length ? nameAll(addresses) : "the owner";
    return [["As set in Settings", named], ...phones.map((phone): [string, string] => ["Text", nameAll([phone])])];
  }
  return params.channels.map(String).map((channel): [string, string] => {
    if (channel === "sms") return ["Text", nameAll(phones) || "your staff phones"];
    if (channel === "dashboard") return ["Dashboard", "everybody here"];
    return [entryOf(CHANNELS, channel) ?? plain(channel), nameAll(addresses) || "the owner"];
  });
}

const peopleOf = (to: unknown) => nameAll(listOf(to));
const listOf = (to: unknown): string[] =>
  (Array.isArray(to) ? to : to === undefined || to === null ? [] : [to]).map(String);
const nameAll = (entries: string[]) => [...new Set(entries.map(named))].join(", ");

/** "{{user.email}}" is the run's user; items and events with addresses are customers. */
function named(entry: string): string {
  const path = /^\s*\{\{\s*([\w.]+)/.exec(entry)?.[1];
  if (path === undefined) return plain(entry);
  if (path.startsWith("user.")) return "whoever set it up or runs it";
  if (path.startsWith("org.")) return "the owner";
  return "the customer";
}
