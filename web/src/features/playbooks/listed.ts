/** The list's filters from the URL, and its order. Pure. */
import type { PlaybookSummary } from "../../data/types/documents";
import type { Instant } from "../../format/time";
import { dateOf } from "../../format/time";
import { label } from "../../format/words";
import { PLAYBOOK_STATUSES } from "../../ui/status";

/** A summary from Firestore or the API (with times as text). */
export type ListedPlaybook = Pick<
  PlaybookSummary,
  "playbookId" | "name" | "description" | "category" | "status" | "when" | "source" | "pausedBy" | "adHoc" | "runsEnd"
> & { nextRuns?: readonly Instant[] };

export interface Chosen {
  search: string;
  category: string | null;
  status: string | null;
}

export function chosenIn(params: URLSearchParams): Chosen {
  const status = params.get("status");
  return {
    search: (params.get("search") ?? "").slice(0, 100),
    category: params.get("category")?.slice(0, 100) || null,
    status: PLAYBOOK_STATUSES.some((one) => one.value === status) ? status : null,
  };
}

export const isFiltered = ({ search, category, status }: Chosen) =>
  search.trim() !== "" || category !== null || status !== null;

/** The API request. */
export function searchPath({ search, category, status }: Chosen, limit: number): string {
  const asked = new URLSearchParams({ search: search.trim(), summaries: "true", limit: String(limit) });
  if (category) asked.set("category", category);
  if (status) asked.set("status", status);
  return `/playbooks?${asked}`;
}

const KNOWN = ["competitive", "pricing", "inventory", "marketing", "loyalty", "reports", "compliance", "account"];

/** Known and used categories, ignoring case. */
export function categoriesOf(playbooks: readonly ListedPlaybook[], chosen: string | null) {
  const found = new Map<string, string>();
  for (const name of [...playbooks.map((one) => one.category), ...(chosen ? [chosen] : []), ...KNOWN])
    if (name && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), name);
  return [...found.values()]
    .map((value) => ({ value, label: label(value) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

export interface Category {
  title: string;
  playbooks: ListedPlaybook[];
}

/** By category, sorted by name; without one-time chat playbooks. */
export function byCategory(playbooks: readonly ListedPlaybook[]): Category[] {
  const found = new Map<string, ListedPlaybook[]>();
  for (const one of playbooks) {
    if (one.adHoc) continue;
    const title = label((one.category || "other").toLowerCase());
    found.set(title, [...(found.get(title) ?? []), one]);
  }
  return [...found]
    .map(([title, members]) => ({ title, playbooks: members.sort((a, b) => a.name.localeCompare(b.name)) }))
    .sort((a, b) => a.title.localeCompare(b.title));
}

/** The next run. */
export const nextRun = (playbook: ListedPlaybook, now = Date.now()): Instant | undefined =>
  playbook.nextRuns?.find((at) => dateOf(at).getTime() > now);
