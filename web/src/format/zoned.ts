/** Local days and times of a zone, for forms and as instants. Pure. */
import { dateOf, type Instant } from "./time";

const PARTS: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};

/** The zone's wall clock as UTC milliseconds. */
function wallOf(instant: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { ...PARTS, timeZone }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

const wallText = (instant: Instant, timeZone: string) => new Date(wallOf(dateOf(instant), timeZone)).toISOString();

/** "2026-12-01" in the zone. */
export const dayIn = (instant: Instant, timeZone: string) => wallText(instant, timeZone).slice(0, 10);

/** "09:00" in the zone. */
export const clockIn = (instant: Instant, timeZone: string) => wallText(instant, timeZone).slice(11, 16);

/** The RFC 3339 instant of a local time; an hour later if skipped by a clock change. */
export function instantOf(day: string, clock: string, timeZone: string): string {
  const wall = Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  let at = wall;
  // The offset may change between the estimate and the instant.
  for (let round = 0; round < 2; round += 1) at = wall - (wallOf(new Date(at), timeZone) - at);
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** The day's last second in the zone. */
export const endOfDay = (day: string, timeZone: string) => instantOf(day, "23:59:59", timeZone);

/** The local day that many days from now. */
export const dayFromNow = (days: number, timeZone: string, now = Date.now()) =>
  dayIn(new Date(now + days * 86_400_000), timeZone);
