/** The list's filters from the URL. */
import { ACTIVE, type RunFilter } from "../../data/queries/runs";
import { RUN_STATUSES } from "../../ui/status";
import { TRIGGERS } from "./words";

const HOUR = 3_600_000;
const MINUTE = 60_000;

export const STATUSES = [{ value: "active", label: "Active" }, ...RUN_STATUSES] as const;

export const TIMES = [
  { value: "1h", label: "Last hour", length: HOUR },
  { value: "24h", label: "Last 24 hours", length: 24 * HOUR },
  { value: "7d", label: "Last 7 days", length: 7 * 24 * HOUR },
  { value: "30d", label: "Last 30 days", length: 30 * 24 * HOUR },
] as const;

export interface Chosen {
  status: string | null;
  playbookId: string | null;
  trigger: string | null;
  /** A range of `TIMES`. */
  time: string | null;
  /** Exact bounds, from a link. */
  since: string | null;
  until: string | null;
}

const isOneOf = (values: readonly { value: string }[], value: string | null) =>
  values.some((one) => one.value === value) ? value : null;
const instantOf = (text: string | null) => (text && !Number.isNaN(Date.parse(text)) ? text : null);

/** Parses the URL; invalid values are ignored. */
export function chosenIn(params: URLSearchParams): Chosen {
  const playbookId = params.get("playbook");
  return {
    status: isOneOf(STATUSES, params.get("status")),
    playbookId: playbookId && !playbookId.includes("/") ? playbookId.slice(0, 128) : null,
    trigger: isOneOf(TRIGGERS, params.get("trigger")),
    time: isOneOf(TIMES, params.get("time")),
    since: instantOf(params.get("since")),
    until: instantOf(params.get("until")),
  };
}

/** The query. Ranges start at whole minutes, so that it stays stable. */
export function filterOf(chosen: Chosen, now: number): RunFilter {
  const range = TIMES.find((one) => one.value === chosen.time);
  const since = range ? new Date(Math.floor((now - range.length) / MINUTE) * MINUTE) : dateOrNone(chosen.since);
  return {
    statuses: chosen.status === "active" ? ACTIVE : chosen.status ? [chosen.status] : [],
    playbookId: chosen.playbookId ?? undefined,
    trigger: chosen.trigger ?? undefined,
    since,
    until: range ? undefined : dateOrNone(chosen.until),
  };
}

const dateOrNone = (text: string | null) => (text ? new Date(text) : undefined);

export const isFiltered = (chosen: Chosen) => Object.values(chosen).some((value) => value !== null);
