import { expect, test } from "vitest";
import type { Profile } from "../../data/types/api";
import { isBeforeReports, reportsStart, storedProblem, timeOptions, timeWords } from "./digest";

const WINTER = new Date("2026-11-30T15:00:00Z");
const SUMMER = new Date("2026-07-01T15:00:00Z");

test("times are said as people say them", () => {
  expect(["00:00", "08:05", "12:00", "23:30"].map(timeWords)).toEqual(["12:00 AM", "8:05 AM", "12:00 PM", "11:30 PM"]);
});

test("there is every hour, and what was chosen elsewhere", () => {
  expect(timeOptions("08:00")).toHaveLength(24);
  const times = timeOptions("08:30").map(({ value }) => value);
  expect(times.slice(8, 10)).toEqual(["08:00", "08:30"]);
  expect(times).toHaveLength(25);
});

test("reports start at nine in New York, whatever the season", () => {
  for (const at of [WINTER, SUMMER]) {
    expect(reportsStart("America/New_York", at)).toBe("09:00");
    expect(reportsStart("America/Los_Angeles", at)).toBe("06:00");
  }
  expect(reportsStart("America/Phoenix", WINTER)).toBe("07:00");
  expect(reportsStart("America/Phoenix", SUMMER)).toBe("06:00");
  expect(reportsStart("Pacific/Honolulu", WINTER)).toBe("04:00");
  expect(reportsStart("Asia/Tokyo", WINTER)).toBe("23:00");
});

test("a digest that goes out before them has those of the day before", () => {
  expect(isBeforeReports("08:00", "America/New_York", WINTER)).toBe(true);
  expect(isBeforeReports("09:00", "America/New_York", WINTER)).toBe(true);
  expect(isBeforeReports("10:00", "America/New_York", WINTER)).toBe(false);
  expect(isBeforeReports("08:00", "America/Los_Angeles", WINTER)).toBe(false);
});

test("a stored setting that can't be used is known", () => {
  const profile: Profile = { name: "A", timezone: "UTC", staffPhones: [], problems: [] };
  expect(storedProblem(profile)).toBeUndefined();
  const problems = [{ field: "digest", found: '{"at":"8"}', problem: "expected a time" }];
  expect(storedProblem({ ...profile, problems })).toBe('{"at":"8"}');
});
