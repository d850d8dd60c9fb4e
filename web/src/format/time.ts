/** Times and durations in words. */
import type { Timestamp } from "../data/types/times";

export type Instant = Date | Timestamp | string;

export function dateOf(instant: Instant): Date {
  if (instant instanceof Date) return instant;
  return typeof instant === "string" ? new Date(instant) : instant.toDate();
}

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "5 minutes ago". Clocks differ: past events are never shown as upcoming. */
export const ago = (instant: Instant, now = Date.now()) => distance(Math.min(0, dateOf(instant).getTime() - now));
/** "in 5 minutes". */
export const until = (instant: Instant, now = Date.now()) => distance(Math.max(0, dateOf(instant).getTime() - now));

function distance(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.trunc(seconds / size), unit);
  return milliseconds > 0 ? "in under a minute" : "just now";
}

/** "Mon, Nov 30, 9:00 AM" in the zone. */
export function shortTime(instant: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone,
  }).format(dateOf(instant));
}

/** Whether both are on the same day in the zone. */
export function isSameDay(one: Instant, other: Instant, timeZone: string): boolean {
  const day = new Intl.DateTimeFormat("en-US", { dateStyle: "short", timeZone });
  return day.format(dateOf(one)) === day.format(dateOf(other));
}

/** "9:00:03 AM" in the zone. */
export function clockTime(instant: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", {
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZone,
  }).format(dateOf(instant));
}

/** "Monday, November 30, 2026 at 9:00:00 AM EST": the full form. */
export function exactTime(instant: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeStyle: "long", timeZone }).format(dateOf(instant));
}

/** "340 ms", "1.2 s", "3 min 20 s", "2 h 5 min". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
