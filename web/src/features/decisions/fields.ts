/** Reads fields of untyped documents; unexpected types count as missing. */
import type { Instant } from "../../format/time";
import { plain } from "../../format/words";

export type Fields = Record<string, unknown>;

export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() ? plain(value) : undefined;

export const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const texts = (value: unknown): string[] => list(value).flatMap((one) => text(one) ?? []);

/** A time from Firestore or the API. */
export function instant(value: unknown): Instant | undefined {
  if (typeof value === "string") return Number.isNaN(Date.parse(value)) ? undefined : value;
  return typeof fieldsOf(value).toDate === "function" ? (value as Instant) : undefined;
}
