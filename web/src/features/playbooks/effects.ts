/** A dry run's effects in words. Pure. */
import { count } from "../../format/money";
import { label, plain } from "../../format/words";

export interface DryRun {
  steps: { stepId: string; action: string; status: string; error?: string | null }[];
  effects: Record<string, unknown>[];
  costUsd: number;
  /** The step that would have failed. */
  error?: string;
  /** The step that would have ended it early. */
  stopped?: string;
}

export interface EffectWords {
  /** "Email to ann@shop.example". */
  title: string;
  /** Its subject, its text. */
  detail: string | undefined;
}

export function effectWords(effect: Record<string, unknown>): EffectWords {
  const text = (name: string) => {
    const value = effect[name];
    return typeof value === "string" && value ? plain(value) : typeof value === "number" ? String(value) : undefined;
  };
  const of = (title: string, detail?: string): EffectWords => ({ title, detail });
  if (effect.effect === "wait") return waitWords(text("channel"), text("title") ?? text("eventName"));
  if (text("url")) return of("Call another service", `${text("method") ?? ""} ${text("url")}`.trim());
  if (text("model")) return of("Write with AI", text("model"));
  switch (text("channel") ?? text("collection")) {
    case "email":
      return of(`Email to ${text("to") ?? "nobody"}`, text("subject"));
    case "sms":
      if (text("countedAgainst")) return of("Hold back repeated texts", text("countedAgainst"));
      return of(`Text to ${text("to") ?? "nobody"}`, text("body"));
    case "dashboard":
      return of("Post to the dashboard", text("title"));
    case "slack":
      return of("Post to Slack", text("text"));
    case "drive":
      return of("Save a file to Google Drive", text("name"));
    case "playbook":
      return of("Start another playbook", text("playbookId"));
    case "event":
      return of("Notify other playbooks", text("name"));
    case "approvals":
      return of("Ask for a decision", text("title"));
    case "playbook_event_waits":
      return of("Wait for an event", text("eventName"));
    case "document":
      return of("Write a record", text("path"));
    case "pricing_suggestions":
      return of("Suggest a price", text("product"));
    case "campaign_drafts":
      return of("Draft a campaign", text("name"));
    case "tasks":
      return of("Create a task", text("title"));
    case "competitor_snapshots":
      return of("Save competitors' prices", text("competitors"));
    case "competitive_actions":
      return of("Suggest what to do about competitors", numbered(effect.count));
    case "competitors":
      return of("Add a competitor", text("name"));
    case "events":
      return of("Notify other playbooks", numbered(effect.count));
    default:
      return of(label(text("channel") ?? text("collection") ?? text("key") ?? "change"), text("path") ?? text("title"));
  }
}

function waitWords(channel: string | undefined, about: string | undefined): EffectWords {
  if (channel === "approval") return { title: "Wait for a decision", detail: about };
  return { title: channel === "event" ? "Wait for an event" : "Wait", detail: about };
}

const numbered = (value: unknown) => (typeof value === "number" ? count(value) : undefined);

/** "Nothing was sent. 3 things would have been." */
export function outcomeWords(effects: number): string {
  if (effects === 0) return "Nothing would be sent or changed.";
  return `Nothing was sent or changed. A real run would do ${effects === 1 ? "this" : `these ${count(effects)} things`}:`;
}
