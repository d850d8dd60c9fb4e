import { describe, expect, it } from "vitest";
import { formOf, formProblem, newForm, stepsOf, type Timed, triggerOf } from "./schedule-form";

const ZONE = "America/New_York";

describe("a cron line as a form", () => {
  it.each([
    ["0 9 * * *", { rhythm: "daily", times: ["09:00"] }],
    ["30 9,17 * * *", { rhythm: "daily", times: ["09:30", "17:30"] }],
    ["15 * * * *", { rhythm: "hourly", times: ["00:15"] }],
    ["0 8 * * 1-5", { rhythm: "weekly", weekdays: [1, 2, 3, 4, 5] }],
    ["0 8 * * MON,wed,7", { rhythm: "weekly", weekdays: [0, 1, 3] }],
    ["0 8 15 * *", { rhythm: "monthly", monthDay: 15 }],
  ])("%s", (cron, form) =>
    expect(formOf({ type: "schedule", cron, timezone: ZONE }, ZONE)).toMatchObject({ ...form, zone: ZONE }),
  );

  it("knows the last day of the month", () =>
    expect(formOf({ type: "schedule", cron: "0 9 28-31 * *", timezone: ZONE, occurrence: "last" }, ZONE)).toMatchObject(
      { monthDay: "last" },
    ));

  it.each(["*/5 * * * *", "0 9 * 1 *", "0 9 1,15 * *", "0 9 1 * 1", "0 9-17 * * *", "", "0 9 * * 5-1"])(
    "leaves %s to those who wrote it",
    (cron) => expect(formOf({ type: "schedule", cron, timezone: ZONE }, ZONE)).toBeUndefined(),
  );

  it("leaves occurrences it has no field for", () =>
    expect(formOf({ type: "schedule", cron: "0 9 * * 1", timezone: ZONE, occurrence: "first" }, ZONE)).toBeUndefined());
});

describe("a form as a cron line", () => {
  it.each(["0 9 * * *", "30 9,17 * * *", "15 * * * *", "0 8 * * 1,2,3,4,5", "0 8 15 * *"])("gives %s back", (cron) => {
    const form = formOf({ type: "schedule", cron, timezone: ZONE }, ZONE);
    expect(form && triggerOf(form)).toEqual({ type: "schedule", cron, timezone: ZONE });
  });

  it("says the last day by its occurrence", () =>
    expect(triggerOf({ ...newForm(ZONE), rhythm: "monthly", monthDay: "last" })).toEqual({
      type: "schedule",
      cron: "0 9 28-31 * *",
      timezone: ZONE,
      occurrence: "last",
    }));

  it("takes each hour once", () =>
    expect(triggerOf({ ...newForm(ZONE), times: ["17:00", "09:00", "17:00"] })).toMatchObject({
      cron: "0 9,17 * * *",
    }));
});

describe("bounds", () => {
  const bounded: Timed = {
    type: "schedule",
    cron: "0 9 * * 2",
    timezone: ZONE,
    startsAt: "2026-12-01T05:00:00Z",
    endsAt: "2026-12-26T04:59:59Z",
    every: { weeks: 2 },
    maxRuns: 6,
  };
  const weekly = formOf(bounded, ZONE) as NonNullable<ReturnType<typeof formOf>>;

  it("come back as they were", () => {
    expect(weekly).toMatchObject({ rhythm: "weekly", step: 2, maxRuns: 6 });
    expect(triggerOf(weekly)).toEqual(bounded);
  });

  it("of Firestore's timestamps are known too", () => {
    const at = (text: string) => ({ toDate: () => new Date(text), toMillis: () => Date.parse(text) });
    const form = formOf({ ...bounded, startsAt: at("2026-12-01T05:00:00Z") } as Timed, ZONE);
    expect(form && triggerOf(form)).toMatchObject({ every: { weeks: 2 } });
  });

  it("that no rhythm of the form has are left to those who wrote them", () => {
    expect(formOf({ ...bounded, every: { days: 3 } }, ZONE)).toBeUndefined();
    expect(formOf({ ...bounded, startsAt: "soon" }, ZONE)).toBeUndefined();
  });

  it("of another rhythm are not kept", () =>
    expect(triggerOf({ ...weekly, rhythm: "monthly" })).not.toHaveProperty("every"));

  it("that contradict each other cannot be saved", () => {
    expect(formProblem({ ...weekly, endsAt: "2026-11-01T00:00:00Z" })).toBe("Choose an end after the start.");
    expect(formProblem({ ...weekly, startsAt: undefined })).toBe("Choose a start date.");
  });

  it("offer the steps in words, and one that is longer than usual", () => {
    expect(
      stepsOf(weekly)
        ?.slice(0, 3)
        .map((one) => one.label),
    ).toEqual(["Every week", "Every other week", "Every 3 weeks"]);
    expect(stepsOf({ ...weekly, step: 26 })?.at(-1)).toEqual({ value: "26", label: "Every 26 weeks" });
    expect(stepsOf({ ...weekly, rhythm: "hourly" })).toBeUndefined();
  });
});

describe("once", () => {
  it("is a day and a time of the org's zone", () => {
    const form = formOf({ type: "once", at: "2026-11-30T20:00:00Z" }, ZONE);
    expect(form).toMatchObject({ rhythm: "once", day: "2026-11-30", times: ["15:00"] });
    expect(form && triggerOf(form)).toEqual({ type: "once", at: "2026-11-30T20:00:00Z" });
  });

  it("with seconds is left to those who wrote it", () =>
    expect(formOf({ type: "once", at: "2026-11-30T20:00:30Z" }, ZONE)).toBeUndefined());

  it("asks for its day", () =>
    expect(formProblem({ ...newForm(ZONE), rhythm: "once", day: "" })).toBe("Choose a day."));
});

describe("what cannot be saved", () => {
  it.each([
    [{ times: [] }, "Choose a time."],
    [{ times: [""] }, "Choose a time."],
    [{ rhythm: "weekly" as const, weekdays: [] }, "Choose at least one day."],
  ])("%j", (fields, problem) => expect(formProblem({ ...newForm(ZONE), ...fields })).toBe(problem));
  it("times with minutes of their own", () =>
    expect(formProblem({ ...newForm(ZONE), times: ["09:00", "17:30"] })).toMatch(/share the same minutes/));
  it("nothing of a good one", () => expect(formProblem(newForm(ZONE))).toBeUndefined());
});
