/** Field-by-field differences of two playbook versions. Pure. */

import { isTimestamp } from "../../data/types/times";
import { label, plain } from "../../format/words";
import { actionTitle, isObject } from "./flow";

export interface Difference {
  path: string;
  /** "Step 2 (Send an email), subject". */
  field: string;
  /** Absent if added. */
  before: string | undefined;
  /** Absent if removed. */
  after: string | undefined;
}

export const MOST_DIFFERENCES = 50;

/** At most `MOST_DIFFERENCES`, in field order. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  compare(before ?? {}, after ?? {}, "", (path, old, now) => {
    if (found.length < MOST_DIFFERENCES)
      found.push({ path, field: fieldOf(path, after ?? {}, before ?? {}), before: shown(old), after: shown(now) });
  });
  return found;
}

type Found = (path: string, before: unknown, after: unknown) => void;

function compare(was: unknown, is: unknown, path: string, found: Found): void {
  const [before, after] = [told(was), told(is)];
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1)
      compare(before[index], after[index], `${path}[${index}]`, found);
  } else if (isObject(before) && isObject(after)) {
    for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
      compare(before[name], after[name], path ? `${path}.${name}` : name, found);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    found(path, before, after);
  }
}

const told = (value: unknown) => (isTimestamp(value) ? value.toDate().toISOString() : value);

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return plain(typeof value === "string" ? value : JSON.stringify(value, null, 1));
}

function fieldOf(path: string, after: unknown, before: unknown): string {
  const match = /^(steps|triggers)\[(\d+)\]\.?(.*)$/.exec(path);
  if (!match) return label(path);
  const [, list = "", index = "0", rest = ""] = match;
  const number = `${list === "steps" ? "Step" : "Trigger"} ${Number(index) + 1}`;
  const action = actionAt(after, Number(index)) ?? actionAt(before, Number(index));
  const title = list === "steps" && action ? ` (${actionTitle(action)})` : "";
  const inside = plain(rest.replace(/^params\./, ""));
  return `${number}${title}${inside ? `, ${inside}` : ""}`;
}

function actionAt(content: unknown, index: number): string | undefined {
  const steps = isObject(content) ? content.steps : undefined;
  const step: unknown = Array.isArray(steps) ? steps[index] : undefined;
  return isObject(step) && typeof step.action === "string" ? step.action : undefined;
}
