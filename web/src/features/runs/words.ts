/** A run in words. */
import type { Instant } from "../../format/time";
import { dateOf, duration } from "../../format/time";
import { entryOf, label } from "../../format/words";

export const TRIGGERS = [
  { value: "schedule", label: "Schedule" },
  { value: "event", label: "Event" },
  { value: "webhook", label: "Webhook" },
  { value: "manual", label: "By hand" },
  { value: "agent", label: "Agent or playbook" },
] as const;

const CAUSES: Record<string, string> = {
  schedule: "On schedule",
  event: "By an event",
  webhook: "By a webhook",
  manual: "By hand",
  agent: "By an agent or a playbook",
};

/** What started it: "By hand". */
export const causeOf = (type: string) => entryOf(CAUSES, type) ?? "Unknown cause";

/** A step's name: the last part of its path, in words. */
export const stepName = (path: string) => label(path.split("/").at(-1) ?? path);

interface Timed {
  startedAt?: Instant | null;
  completedAt?: Instant | null;
}

/** Total duration with waits; empty while running or if never started. */
export function tookOf({ startedAt, completedAt }: Timed): string | undefined {
  if (!startedAt || !completedAt) return undefined;
  return duration(Math.max(0, dateOf(completedAt).getTime() - dateOf(startedAt).getTime()));
}
