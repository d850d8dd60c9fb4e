/** The daily digest's hours and their meaning. */
import type { Profile } from "../../data/types/api";

export const USUAL_TIME = "10:00";
/** Start and longest duration of the catalog's daily playbooks, in minutes. */
const REPORTS_START = { zone: "America/New_York", minute: 9 * 60 };
const REPORTS_TAKE = 30;
const DAY = 24 * 60;

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** "8:00 AM" of "08:00". */
export function timeWords(time: string): string {
  const minute = minuteOf(time);
  const hour = Math.floor(minute / 60);
  return `${hour % 12 || 12}:${String(minute % 60).padStart(2, "0")} ${hour < 12 ? "AM" : "PM"}`;
}

/** Every hour, plus the chosen time if it is different. */
export function timeOptions(chosen: string): { value: string; label: string }[] {
  const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
  const times = hours.includes(chosen) ? hours : [...hours, chosen].sort();
  return times.map((value) => ({ value, label: timeWords(value) }));
}

/** When daily reports start, in the zone: "06:00" in Los Angeles. */
export function reportsStart(zone: string, now = new Date()): string {
  const ahead = minuteIn(zone, now) - minuteIn(REPORTS_START.zone, now);
  const minute = (REPORTS_START.minute + ahead + 2 * DAY) % DAY;
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** Whether a digest at that time would contain the previous day's reports. */
export const isBeforeReports = (time: string, zone: string, now = new Date()) =>
  minuteOf(time) < minuteOf(reportsStart(zone, now)) + REPORTS_TAKE;

/** The unusable stored value, if any. */
export const storedProblem = (profile: Profile) => profile.problems.find(({ field }) => field === "digest")?.found;

function minuteIn(zone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  return Number(found.hour) * 60 + Number(found.minute);
}
