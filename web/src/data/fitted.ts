/**
 * Makes documents safe for pages. Other systems and older releases write documents too: a field of the wrong type
 * counts as missing, and required fields get empty values, so that a bad document doesn't break a page.
 */
import { SHAPES } from "./types/shapes";
import type { Timestamp } from "./types/times";

type Fields = Record<string, unknown>;

/** For collections with typed documents; others are read field by field where they are shown. */
const MODELS: Readonly<Record<string, string>> = {
  bulk_jobs: "BulkJob",
  competitive_actions: "CompetitiveAction",
  execution_summaries: "ExecutionSummary",
  inbox_notifications: "InboxNotification",
  playbook_executions: "Execution",
  playbook_schedules: "ScheduleRecord",
  playbook_summaries: "PlaybookSummary",
  playbooks: "Playbook",
  versions: "PlaybookVersion",
};

/** Placeholder for a missing or invalid time. */
export const NEVER: Timestamp = { toDate: () => new Date(0), toMillis: () => 0 };

/** A document's fields that match its model's types. */
export function fitted(collection: string, fields: Fields): Fields {
  const shape = SHAPES[MODELS[collection] ?? ""];
  return shape ? withShape(fields, shape) : fields;
}

function withShape(fields: Fields, shape: Readonly<Record<string, string>>): Fields {
  const fit: Fields = { ...fields };
  for (const [name, kind] of Object.entries(shape)) {
    const value = fit[name] ?? undefined;
    const found = value === undefined ? undefined : ofKind(value, kind.replace("?", ""));
    if (found !== undefined) fit[name] = found;
    else if (kind.endsWith("?")) delete fit[name];
    else fit[name] = emptyOf(kind, name);
  }
  return fit;
}

/** The value with its parts fitted; undefined if it has the wrong type. */
function ofKind(value: unknown, kind: string): unknown {
  if (kind.endsWith("[]")) {
    if (!Array.isArray(value)) return undefined;
    return value.map((one) => ofKind(one, kind.slice(0, -2))).filter((one) => one !== undefined);
  }
  if (kind.endsWith("{}")) {
    if (!isMap(value)) return undefined;
    const entries = Object.entries(value).map(([name, one]) => [name, ofKind(one, kind.slice(0, -2))] as const);
    return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
  }
  switch (kind) {
    case "any":
      return value;
    case "text":
      return typeof value === "string" ? value : undefined;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "flag":
      return typeof value === "boolean" ? value : undefined;
    case "time":
      return isTime(value) ? value : undefined;
    default: {
      const shape = SHAPES[kind];
      return shape && isMap(value) ? withShape(value, shape) : undefined;
    }
  }
}

const IS_A_NAME = /name$|^title$/i;

function emptyOf(kind: string, field: string): unknown {
  if (kind.endsWith("[]")) return [];
  switch (kind) {
    case "any":
      return undefined;
    case "text":
      return IS_A_NAME.test(field) ? "Untitled" : "";
    case "number":
      return 0;
    case "flag":
      return false;
    case "time":
      return NEVER;
    default:
      return withShape({}, SHAPES[kind] ?? {});
  }
}

const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isTime(value);

const isTime = (value: unknown): value is Timestamp =>
  typeof value === "object" && value !== null && "toDate" in value && typeof value.toDate === "function";
