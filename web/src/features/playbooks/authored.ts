/** What of a playbook's document its author writes, and the dashboard edits; all else is the platform's. */
import type { Playbook } from "../../data/types/documents";
import { isTimestamp } from "../../data/types/times";

export const AUTHORED = [
  "name",
  "description",
  "category",
  "agent",
  "triggers",
  "steps",
  "onFailure",
  "concurrency",
] as const;
export type AuthoredField = (typeof AUTHORED)[number];
export type Authored = Pick<Playbook, "name" | "triggers" | "steps"> & Partial<Pick<Playbook, AuthoredField>>;

const TIMES = ["at", "startsAt", "endsAt"] as const;
type Triggers = Playbook["triggers"];

/** The author's part, with its fields in the order of `AUTHORED`; times as text, as JSON has them. */
export function authoredOf(playbook: Playbook): Authored {
  const kept = AUTHORED.flatMap((field) => {
    const value = playbook[field];
    if (value === undefined || value === null) return [];
    return [[field, field === "triggers" ? withTimes(value as Triggers, textOf) : value] as const];
  });
  return Object.fromEntries(kept) as Authored;
}

/** Fields that cannot be edited here; what the text holds instead of an object is one of them. */
export function unknownFields(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["(not an object)"];
  const known: readonly string[] = AUTHORED;
  return Object.keys(value).filter((name) => !known.includes(name));
}

/** As Firestore is to have it: times are timestamps there. */
export const storable = <T extends Partial<Authored>>(authored: T): T =>
  authored.triggers ? { ...authored, triggers: withTimes(authored.triggers, dateFrom) } : authored;

const textOf = (value: unknown) => (isTimestamp(value) ? value.toDate().toISOString().replace(".000Z", "Z") : value);

/** What is no time stays as it is, and the server says so. */
const dateFrom = (value: unknown) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value) : value;

function withTimes(triggers: Triggers, change: (value: unknown) => unknown): Triggers {
  if (!Array.isArray(triggers)) return triggers;
  return triggers.map((trigger) => {
    if (typeof trigger !== "object" || trigger === null) return trigger;
    const times = TIMES.filter((name) => name in trigger);
    const changed = Object.fromEntries(
      times.map((name) => [name, change((trigger as unknown as Record<string, unknown>)[name])]),
    );
    return { ...trigger, ...changed };
  }) as Triggers;
}
