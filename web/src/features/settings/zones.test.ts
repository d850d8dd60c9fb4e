import { expect, test } from "vitest";
import { zoneGroups, zoneLabel, zoneName } from "./zones";

const WINTER = new Date("2026-01-15T12:00:00Z");
const SUMMER = new Date("2026-07-15T12:00:00Z");

test("a zone is called after its place", () => {
  expect(zoneName("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
  expect(zoneName("UTC")).toBe("UTC");
});

test("the distance from UTC is that of the season", () => {
  expect(zoneLabel("America/New_York", WINTER)).toBe("New York (GMT-5)");
  expect(zoneLabel("America/New_York", SUMMER)).toBe("New York (GMT-4)");
  expect(zoneLabel("Europe/Berlin", WINTER)).toBe("Europe: Berlin (GMT+1)");
});

test("each zone is listed once, the org's own too", () => {
  const values = (zone: string) => zoneGroups(zone).flatMap(({ items }) => items.map(({ value }) => value));
  const listed = values("America/Chicago");
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed[0]).toBe("America/New_York");
  expect(values("US/Eastern")).toContain("US/Eastern");
});
