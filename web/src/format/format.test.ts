import { describe, expect, it } from "vitest";
import { cost, counted, percent } from "./money";
import { ago, duration, exactTime, shortTime, until } from "./time";
import { entryOf, label, plain } from "./words";

const NOON = new Date("2026-11-30T17:00:00Z");
const ZONE = "America/New_York";

describe("times", () => {
  it("are shown in the org's zone", () => expect(shortTime(NOON, ZONE)).toBe("Mon, Nov 30, 12:00 PM"));
  it("have an exact form", () => expect(exactTime(NOON, ZONE)).toBe("Monday, November 30, 2026 at 12:00:00 PM EST"));
  it("say how long ago", () => expect(ago(NOON, NOON.getTime() + 300_000)).toBe("5 minutes ago"));
  it("never put the past into the future", () => expect(ago(NOON, NOON.getTime() - 300_000)).toBe("just now"));
  it("say how long to go", () => expect(until(NOON, NOON.getTime() - 7_200_000)).toBe("in 2 hours"));
});

describe("lengths", () => {
  it.each([
    [340, "340 ms"],
    [1_240, "1.2 s"],
    [59_960, "1 min 0 s"],
    [200_000, "3 min 20 s"],
    [3_599_700, "1 h 0 min"],
    [7_500_000, "2 h 5 min"],
  ])("%d ms", (milliseconds, words) => expect(duration(milliseconds)).toBe(words));
});

describe("money", () => {
  it.each([
    [0, "$0"],
    [0.00123, "$0.0012"],
    [1.5, "$1.50"],
    [1234.5, "$1,234.50"],
  ])("%d", (usd, words) => expect(cost(usd)).toBe(words));
  it("counts", () => expect([counted(1, "run"), counted(1204, "run")]).toEqual(["1 run", "1,204 runs"]));
  it("percent", () => expect([percent(12.54), percent(15)]).toEqual(["12.5%", "15%"]));
});

describe("words", () => {
  it("take out what cannot be seen", () => expect(plain("gnp\u202Eexe.\u200Bx")).toBe("gnpexe.x"));
  it("are found in tables by their own keys alone", () =>
    expect([entryOf({ a: 1 }, "a"), entryOf({ a: 1 }, "b"), entryOf({ a: 1 }, "constructor")]).toEqual([
      1,
      undefined,
      undefined,
    ]));
  it("make a label", () => expect(label("scan_competitors")).toBe("Scan competitors"));
});
