/** A schedule as a form: days and times, instead of a cron line. Pure. */

export type Rhythm = "hourly" | "daily" | "weekly" | "monthly";

export interface ScheduleForm {
  rhythm: Rhythm;
  /** "09:00", in the zone. Of an hourly one only the minutes count. */
  times: string[];
  /** 0 is Sunday. Of a weekly one. */
  weekdays: number[];
  /** 1 to 31, or "last". Of a monthly one. */
  monthDay: number | "last";
  zone: string;
}

export interface CronSchedule {
  cron: string;
  timezone: string;
  occurrence?: "first" | "second" | "third" | "fourth" | "last" | null;
}

export const RHYTHMS: readonly { value: Rhythm; label: string }[] = [
  { value: "daily", label: "Every day" },
  { value: "weekly", label: "On days of the week" },
  { value: "monthly", label: "Once a month" },
  { value: "hourly", label: "Every hour" },
];

export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const DAY_NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const NUMBER = /^\d{1,2}$/;

export const newForm = (zone: string): ScheduleForm => ({
  rhythm: "daily",
  times: ["09:00"],
  weekdays: [1, 2, 3, 4, 5],
  monthDay: 1,
  zone,
});

/** The form that says the same as the cron line; none where no form does. */
export function formOf({ cron, timezone, occurrence }: CronSchedule): ScheduleForm | undefined {
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

/** What is wrong with the form; nothing where it can be saved. */
export function formProblem({ rhythm, times, weekdays }: ScheduleForm): string | undefined {
  if (times.length === 0 || times.some((time) => !/^\d\d:\d\d$/.test(time))) return "Choose a time.";
  if (rhythm === "weekly" && weekdays.length === 0) return "Choose at least one day.";
  const minutes = new Set(times.map((time) => time.slice(3)));
  if (minutes.size > 1)
    return "Times of one schedule share their minutes: 9:30 and 17:30. Add a second schedule for others.";
  return undefined;
}

/** The cron line that says what the form does; the form has no problem. */
export function cronOf(form: ScheduleForm): CronSchedule {
  const [first = "09:00"] = form.times;
  const minute = Number(first.slice(3));
  const hours = [...new Set(form.times.map((time) => Number(time.slice(0, 2))))].sort((a, b) => a - b).join(",");
  const timezone = form.zone;
  switch (form.rhythm) {
    case "hourly":
      return { cron: `${minute} * * * *`, timezone };
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
