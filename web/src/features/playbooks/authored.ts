/** What of a playbook's document its author writes, and the dashboard edits; all else is the platform's. */
import type { Playbook } from "../../data/types/documents";

export const AUTHORED = ["name", "description", "category", "agent", "triggers", "steps", "onFailure"] as const;
export type AuthoredField = (typeof AUTHORED)[number];
export type Authored = Pick<Playbook, "name" | "triggers" | "steps"> & Partial<Pick<Playbook, AuthoredField>>;

/** The author's part, with its fields in the order of `AUTHORED`. */
export function authoredOf(playbook: Playbook): Authored {
  const kept = AUTHORED.flatMap((field) => {
    const value = playbook[field];
    return value === undefined || value === null ? [] : [[field, value] as const];
  });
  return Object.fromEntries(kept) as Authored;
}

/** Fields that cannot be edited here; what the text holds instead of an object is one of them. */
export function unknownFields(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return ["(not an object)"];
  const known: readonly string[] = AUTHORED;
  return Object.keys(value).filter((name) => !known.includes(name));
}
