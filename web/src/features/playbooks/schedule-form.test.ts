import { describe, expect, it } from "vitest";
import { cronOf, formOf, formProblem, newForm } from "./schedule-form";

const ZONE = "America/New_York";

describe("a cron line as a form", () => {
  it.each([
    ["0 9 * * *", { rhythm: "daily", times: ["09:00"] }],
    ["30 9,17 * * *", { rhythm: "daily", times: ["09:30", "17:30"] }],
    ["15 * * * *", { rhythm: "hourly", times: ["00:15"] }],
    ["0 8 * * 1-5", { rhythm: "weekly", weekdays: [1, 2, 3, 4, 5] }],
    ["0 8 * * MON,wed,7", { rhythm: "weekly", weekdays: [0, 1, 3] }],
    ["0 8 15 * *", { rhythm: "monthly", monthDay: 15 }],
  ])("%s", (cron, form) => expect(formOf({ cron, timezone: ZONE })).toMatchObject({ ...form, zone: ZONE }));

  it("knows the last day of the month", () =>
    expect(formOf({ cron: "0 9 28-31 * *", timezone: ZONE, occurrence: "last" })).toMatchObject({ monthDay: "last" }));

  it.each(["*/5 * * * *", "0 9 * 1 *", "0 9 1,15 * *", "0 9 1 * 1", "0 9-17 * * *", "", "0 9 * * 5-1"])(
    "leaves %s to those who wrote it",
    (cron) => expect(formOf({ cron, timezone: ZONE })).toBeUndefined(),
  );

  it("leaves occurrences it has no field for", () =>
    expect(formOf({ cron: "0 9 * * 1", timezone: ZONE, occurrence: "first" })).toBeUndefined());
});

describe("a form as a cron line", () => {
  it.each(["0 9 * * *", "30 9,17 * * *", "15 * * * *", "0 8 * * 1,2,3,4,5", "0 8 15 * *"])("gives %s back", (cron) => {
    const form = formOf({ cron, timezone: ZONE });
    expect(form && cronOf(form)).toEqual({ cron, timezone: ZONE });
  });

  it("says the last day by its occurrence", () =>
    expect(cronOf({ ...newForm(ZONE), rhythm: "monthly", monthDay: "last" })).toEqual({
      cron: "0 9 28-31 * *",
      timezone: ZONE,
      occurrence: "last",
    }));

  it("takes each hour once", () =>
    expect(cronOf({ ...newForm(ZONE), times: ["17:00", "09:00", "17:00"] }).cron).toBe("0 9,17 * * *"));
});

describe("what cannot be saved", () => {
  it.each([
    [{ times: [] }, "Choose a time."],
    [{ times: [""] }, "Choose a time."],
    [{ rhythm: "weekly" as const, weekdays: [] }, "Choose at least one day."],
  ])("%j", (fields, problem) => expect(formProblem({ ...newForm(ZONE), ...fields })).toBe(problem));
  it("times with minutes of their own", () =>
    expect(formProblem({ ...newForm(ZONE), times: ["09:00", "17:30"] })).toMatch(/share their minutes/));
  it("nothing of a good one", () => expect(formProblem(newForm(ZONE))).toBeUndefined());
});
