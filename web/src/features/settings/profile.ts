/** What the form holds, and what of it is new. */
import type { FieldProblem } from "../../data/api";
import type { Profile } from "../../data/types/api";

export interface Draft {
  name: string;
  timezone: string;
  postalAddress: string;
  ownerEmail: string;
  /** A number a line would be hard to mend: one field each. */
  staffPhones: string[];
  monthlyBudgetUsd: string;
}

export type FieldName = keyof Draft;

/** What the form begins with: a stored value that can't be used stands there as it is. */
export function draftOf(profile: Profile): Draft {
  const found = Object.fromEntries(profile.problems.map(({ field, found }) => [field, found]));
  return {
    name: found.name ?? profile.name,
    timezone: profile.timezone,
    postalAddress: found.postalAddress ?? profile.postalAddress ?? "",
    ownerEmail: found.ownerEmail ?? profile.ownerEmail ?? "",
    staffPhones: found.staffPhones === undefined ? profile.staffPhones : phonesIn(found.staffPhones),
    monthlyBudgetUsd: found.monthlyBudgetUsd ?? profile.monthlyBudgetUsd?.toString() ?? "",
  };
}

function phonesIn(found: string): string[] {
  try {
    const list: unknown = JSON.parse(found);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // Not a list: shown as the one text that it is.
  }
  return [found];
}

/** The fields that differ, as the API takes them; an empty one is taken away. */
export function changesOf(before: Draft, after: Draft): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const name of ["name", "timezone"] as const) if (after[name] !== before[name]) changes[name] = after[name];
  for (const name of ["postalAddress", "ownerEmail"] as const)
    if (after[name].trim() !== before[name].trim()) changes[name] = after[name].trim() || null;
  const [old, phones] = [before.staffPhones, after.staffPhones].map((list) => list.filter((one) => one.trim()));
  if (JSON.stringify(old) !== JSON.stringify(phones)) changes.staffPhones = phones;
  const budget = after.monthlyBudgetUsd.trim();
  // What is no number goes there as it is, and comes back with what is wrong.
  if (budget !== before.monthlyBudgetUsd.trim())
    changes.monthlyBudgetUsd = budget === "" ? null : Number.isNaN(Number(budget)) ? budget : Number(budget);
  return changes;
}

const EXPECTED: Record<FieldName, string> = {
  name: "Enter a name of 1 to 200 characters.",
  timezone: "Choose a time zone.",
  postalAddress: "Use at most 500 characters.",
  ownerEmail: "Enter an email address, like owner@shop.example.",
  staffPhones: "Enter a phone number, like +1 315 555 0123.",
  monthlyBudgetUsd: "Enter an amount from 0 to 1,000,000.",
};

/** What the server found wrong, by field (of a phone: by its place among those that were sent). */
export function problemsOf(found: readonly FieldProblem[]): Map<string, string> {
  return new Map(found.map(({ field }) => [field, EXPECTED[field.replace(/\[\d+\]$/, "") as FieldName] ?? field]));
}

/** What is wrong with what is stored, by field. */
export function storedProblems(profile: Profile): Map<string, string> {
  return new Map(
    profile.problems.map(({ field, found }) => [
      field,
      field === "timezone"
        ? `“${found}” isn't a time zone; times are in New York's until you choose one.`
        : `This can't be used as it is. ${EXPECTED[field as FieldName] ?? ""}`,
    ]),
  );
}
