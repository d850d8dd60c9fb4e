/** A schedule as form values rather than a cron line. Pure. */
import type { Every } from "../../data/types/documents";
import { dateOf, type Instant } from "../../format/time";
import { clockIn, dayFromNow, dayIn, instantOf } from "../../format/zoned";

export type Rhythm = "once" | "hourly" | "daily" | "weekly" | "monthly";

export interface ScheduleForm {
  rhythm: Rhythm;
  /** "09:00" in the zone; hourly schedules use only the minutes. */
  times: string[];
  /** Weekly: 0 is Sunday. */
  weekdays: number[];
  /** Monthly: 1 to 31, or "last". */
  monthDay: number | "last";
  zone: string;
  /** Interval in weeks (weekly) or days (daily). */
  step: number;
  startsAt: Instant | undefined;
  endsAt: Instant | undefined;
  maxRuns: number | undefined;
  /** One-time: "2026-12-01" in the zone. */
  day: string;
}

export interface CronSchedule {
  cron: string;
  timezone: string;
  occurrence?: "first" | "second" | "third" | "fourth" | "last" | null;
}

export interface Bounds {
  startsAt?: Instant | null;
  endsAt?: Instant | null;
  every?: Every | null;
  maxRuns?: number | null;
}

/** A time trigger in a document; a form's times are text. */
export type Timed = ({ type: "schedule" } & CronSchedule & Bounds) | { type: "once"; at: Instant };

export const RHYTHMS: readonly { value: Rhythm; label: string }[] = [
  { value: "daily", label: "Every day" },
  { value: "weekly", label: "On days of the week" },
  { value: "monthly", label: "Once a month" },
  { value: "hourly", label: "Every hour" },
  { value: "once", label: "Once" },
];
export const MOST_RUNS = 1000;
const MOST_STEPS = { weekly: 12, daily: 30 } as const;

/** "Every other week" and the like; none without an interval. */
export function stepsOf({ rhythm, step }: ScheduleForm): { value: string; label: string }[] | undefined {
  if (rhythm !== "weekly" && rhythm !== "daily") return undefined;
  const unit = rhythm === "weekly" ? "week" : "day";
  const words = (count: number) =>
    count === 1 ? `Every ${unit}` : count === 2 ? `Every other ${unit}` : `Every ${count} ${unit}s`;
  return Array.from({ length: Math.max(MOST_STEPS[rhythm], step) }, (_, index) => ({
    value: String(index + 1),
    label: words(index + 1),
  }));
}

export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const DAY_NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const NUMBER = /^\d{1,2}$/;

export const newForm = (zone: string): ScheduleForm => ({
  rhythm: "daily",
  times: ["09:00"],
  weekdays: [1, 2, 3, 4, 5],
  monthDay: 1,
  zone,
  step: 1,
  startsAt: undefined,
  endsAt: undefined,
  maxRuns: undefined,
  day: dayFromNow(1, zone),
});

/** The equivalent form, if there is one. `zone`: the org's. */
export function formOf(trigger: Timed, zone: string): ScheduleForm | undefined {
  if (trigger.type === "once") {
    const at = dateOf(trigger.at);
    if (Number.isNaN(at.getTime()) || at.getTime() % 60_000 !== 0) return undefined;
    return { ...newForm(zone), rhythm: "once", day: dayIn(at, zone), times: [clockIn(at, zone)] };
  }
  const form = cronForm(trigger);
  const { startsAt, endsAt, every, maxRuns } = trigger;
  const step = stepIn(form, every);
  const times = [startsAt, endsAt].filter((one) => one !== undefined && one !== null);
  if (!form || !step || times.some((one) => Number.isNaN(dateOf(one).getTime()))) return undefined;
  return { ...form, step, startsAt: startsAt ?? undefined, endsAt: endsAt ?? undefined, maxRuns: maxRuns ?? undefined };
}

function stepIn(form: ScheduleForm | undefined, every: Every | null | undefined): number | undefined {
  if (!every) return 1;
  const step = every.weeks ?? every.days ?? 1;
  const fits = form?.rhythm === (every.weeks ? "weekly" : "daily");
  return step === 1 || fits ? step : undefined;
}

function cronForm({ cron, timezone, occurrence }: CronSchedule): ScheduleForm | undefined {
  if (typeof cron !== "string" || typeof timezone !== "string") return undefined;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  if (month !== "*") return undefined;
  const form = newForm(timezone);
  if (hour === "*" && NUMBER.test(minute) && day === "*" && weekday === "*" && !occurrence)
    return { ...form, rhythm: "hourly", times: [`00:${padded(minute)}`] };
  const times = timesOf(minute, hour);
  if (!times) return undefined;
  if (occurrence)
    return lastDay(day, weekday, occurrence) ? { ...form, rhythm: "monthly", times, monthDay: "last" } : undefined;
  if (day === "*" && weekday === "*") return { ...form, rhythm: "daily", times };
  if (day === "*") {
    const weekdays = weekdaysOf(weekday);
    return weekdays ? { ...form, rhythm: "weekly", times, weekdays } : undefined;
  }
  return weekday === "*" && NUMBER.test(day) ? { ...form, rhythm: "monthly", times, monthDay: Number(day) } : undefined;
}

const lastDay = (day: string, weekday: string, occurrence: string) =>
  day === "28-31" && weekday === "*" && occurrence === "last";

function timesOf(minute: string, hour: string): string[] | undefined {
  const hours = hour.split(",");
  if (!NUMBER.test(minute) || !hours.every((one) => NUMBER.test(one))) return undefined;
  return hours.map((one) => `${padded(one)}:${padded(minute)}`);
}

function weekdaysOf(field: string): number[] | undefined {
  const found: number[] = [];
  for (const part of field.split(",")) {
    const [low = "", high = low] = part.split("-");
    const [from, to] = [weekdayNumber(low), weekdayNumber(high)];
    if (from === undefined || to === undefined || from > to) return undefined;
    for (let day = from; day <= to; day += 1) found.push(day % 7);
  }
  return [...new Set(found)].sort((a, b) => a - b);
}

function weekdayNumber(text: string): number | undefined {
  if (/^[0-7]$/.test(text)) return Number(text);
  const index = DAY_NAMES.indexOf(text.toUpperCase());
  return index < 0 ? undefined : index;
}

/** The form's problem, if any. */
export function formProblem(form: ScheduleForm): string | undefined {
  const { rhythm, times, weekdays, step, startsAt, endsAt, day } = form;
  if (rhythm === "once" && !day) return "Choose a day.";
  if (times.length === 0 || times.some((time) => !/^\d\d:\d\d$/.test(time))) return "Choose a time.";
  if (rhythm === "weekly" && weekdays.length === 0) return "Choose at least one day.";
  const minutes = new Set(times.map((time) => time.slice(3)));
  if (minutes.size > 1)
    return "All times in one schedule share the same minutes, like 9:30 AM and 5:30 PM. Add a second schedule for other minutes.";
  if (rhythm === "once") return undefined;
  if (step > 1 && !startsAt && stepsOf(form)) return "Choose a start date.";
  if (startsAt && endsAt && dateOf(endsAt) < dateOf(startsAt)) return "Choose an end after the start.";
  return undefined;
}

/** The form's trigger; the form must be valid. */
export function triggerOf(form: ScheduleForm): Timed {
  if (form.rhythm === "once") return { type: "once", at: instantOf(form.day, form.times[0] ?? "09:00", form.zone) };
  const { step, startsAt, endsAt, maxRuns } = form;
  const unit = form.rhythm === "weekly" ? "weeks" : "days";
  return {
    type: "schedule",
    ...cronOf(form),
    ...(startsAt ? { startsAt } : {}),
    ...(endsAt ? { endsAt } : {}),
    ...(step > 1 && stepsOf(form) ? { every: { [unit]: step } } : {}),
    ...(maxRuns ? { maxRuns } : {}),
  };
}

function cronOf(form: ScheduleForm): CronSchedule {
  const [first = "09:00"] = form.times;
  const minute = Number(first.slice(3));
  const hours = [...new Set(form.times.map((time) => Number(time.slice(0, 2))))].sort((a, b) => a - b).join(",");
  const timezone = form.zone;
  switch (form.rhythm) {
    case "hourly":
      return { cron: `${minute} * * * *`, timezone };
    case "once":
    case "daily":
      return { cron: `${minute} ${hours} * * *`, timezone };
    case "weekly":
      return { cron: `${minute} ${hours} * * ${[...form.weekdays].sort((a, b) => a - b).join(",")}`, timezone };
    case "monthly":
      return form.monthDay === "last"
        ? { cron: `${minute} ${hours} 28-31 * *`, timezone, occurrence: "last" }
        : { cron: `${minute} ${hours} ${form.monthDay} * *`, timezone };
  }
}

const padded = (number: string) => number.padStart(2, "0");
