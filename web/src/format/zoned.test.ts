import { expect, it } from "vitest";
import { clockIn, dayFromNow, dayIn, endOfDay, instantOf } from "./zoned";

const ZONE = "America/New_York";

it.each([
  ["2026-12-01", "00:00", ZONE, "2026-12-01T05:00:00Z"],
  ["2026-07-01", "15:30", ZONE, "2026-07-01T19:30:00Z"],
  ["2026-03-08", "01:59", ZONE, "2026-03-08T06:59:00Z"],
  ["2026-03-08", "03:00", ZONE, "2026-03-08T07:00:00Z"],
  ["2026-11-01", "12:00", ZONE, "2026-11-01T17:00:00Z"],
  ["2026-12-01", "00:00", "Asia/Kolkata", "2026-11-30T18:30:00Z"],
  ["2026-12-01", "23:00", "Pacific/Kiritimati", "2026-12-01T09:00:00Z"],
])("%s %s in %s is %s, and back", (day, clock, zone, instant) => {
  expect(instantOf(day, clock, zone)).toBe(instant);
  expect([dayIn(instant, zone), clockIn(instant, zone)]).toEqual([day, clock]);
});

it("has a time that the change of clocks skips an hour later", () =>
  expect(clockIn(instantOf("2026-03-08", "02:30", ZONE), ZONE)).toMatch(/^0[13]:30$/));

it("ends a day with its last second", () => expect(endOfDay("2026-12-25", ZONE)).toBe("2026-12-26T04:59:59Z"));

it("counts days in the zone", () => expect(dayFromNow(1, ZONE, Date.parse("2026-11-30T03:00:00Z"))).toBe("2026-11-30"));
