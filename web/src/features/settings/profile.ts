/** The form's values and changes. */
import type { FieldProblem } from "../../data/api";
import type { Profile } from "../../data/types/api";

export interface Draft {
  name: string;
  timezone: string;
  postalAddress: string;
  ownerEmail: string;
  /** One field per phone, for easier editing. */
  staffPhones: string[];
  monthlyBudgetUsd: string;
}

export type FieldName = keyof Draft;

/** Initial values; unusable stored values are kept. */
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
    // Not a list: shown as text.
  }
  return [found];
}

/** Changed fields for the API; empty ones are removed. */
export function changesOf(before: Draft, after: Draft): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const name of ["name", "timezone"] as const) if (after[name] !== before[name]) changes[name] = after[name];
  for (const name of ["postalAddress", "ownerEmail"] as const)
    if (after[name].trim() !== before[name].trim()) changes[name] = after[name].trim() || null;
  const [old, phones] = [before.staffPhones, after.staffPhones].map((list) => list.filter((one) => one.trim()));
  if (JSON.stringify(old) !== JSON.stringify(phones)) changes.staffPhones = phones;
  const budget = after.monthlyBudgetUsd.trim();
  // Invalid numbers are sent unchanged; the server reports them.
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

/** The server's errors by field (phones by index). */
export function problemsOf(found: readonly FieldProblem[]): Map<string, string> {
  return new Map(found.map(({ field }) => [field, EXPECTED[field.replace(/\[\d+\]$/, "") as FieldName] ?? field]));
}

/** Errors of stored values, by field. */
export function storedProblems(profile: Profile): Map<string, string> {
  return new Map(
    profile.problems.map(({ field, found }) => [
      field,
      field === "timezone"
        ? `“${found}” isn't a time zone; times are in New York's until you choose one.`
        : `This isn't valid. ${EXPECTED[field as FieldName] ?? ""}`,
    ]),
  );
}
