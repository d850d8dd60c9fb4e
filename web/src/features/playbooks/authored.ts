/** The author-written, editable part of a playbook; the rest belongs to the platform. */
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
  "retryDelaysSeconds",
] as const;
export type AuthoredField = (typeof AUTHORED)[number];
export type Authored = Pick<Playbook, "name" | "triggers" | "steps"> & Partial<Pick<Playbook, AuthoredField>>;

const TIMES = ["at", "startsAt", "endsAt"] as const;
type Triggers = Playbook["triggers"];

/** The author's fields in the order of `AUTHORED`, with times as text. */
export function authoredOf(playbook: Playbook): Authored {
  const kept = AUTHORED.flatMap((field) => {
    const value = playbook[field];
    if (value === undefined || value === null) return [];
    return [[field, field === "triggers" ? withTimes(value as Triggers, textOf) : value] as const];
  });
  return Object.fromEntries(kept) as Authored;
}

/** Fields that can't be edited here, including non-object input. */
export function unknownFields(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["(not an object)"];
  const known: readonly string[] = AUTHORED;
  return Object.keys(value).filter((name) => !known.includes(name));
}

/** For Firestore: times as timestamps. */
export const storable = <T extends Partial<Authored>>(authored: T): T =>
  authored.triggers ? { ...authored, triggers: withTimes(authored.triggers, dateFrom) } : authored;

const textOf = (value: unknown) => (isTimestamp(value) ? value.toDate().toISOString().replace(".000Z", "Z") : value);

/** Invalid times are kept; the server reports them. */
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
