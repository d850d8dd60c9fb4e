import { describe, expect, it } from "vitest";
import {
  asAddress,
  dayWords,
  doubtWords,
  failureWords,
  gapWords,
  isUnreadable,
  pricesWords,
  roomWords,
  shortAddress,
  undercutWords,
  unreadableWords,
} from "./words";

const ZONE = "America/New_York";
const NOW = new Date("2026-11-30T23:30:00Z");

describe("when a scan was", () => {
  it.each([
    ["2026-11-30T14:00:00Z", "this morning"],
    ["2026-11-30T18:00:00Z", "this afternoon"],
    ["2026-11-30T22:30:00Z", "this evening"],
    ["2026-11-30T04:30:00Z", "yesterday"],
    ["2026-11-24T14:00:00Z", "on Nov 24"],
    ["2026-12-01T14:00:00Z", "this evening"],
  ])("%s is %s", (at, words) => expect(dayWords(at, ZONE, NOW)).toBe(words));

  it("says why it failed", () => {
    const scan = { at: "2026-11-30T14:00:00Z", status: "failed", error: "the site answered 503." } as const;
    expect(failureWords(scan, ZONE, NOW)).toBe("Couldn't be read this morning: the site answered 503.");
    expect(failureWords({ at: scan.at, status: "failed" }, ZONE, NOW)).toBe("Couldn't be read this morning.");
  });
});

it("says since when a menu can't be read, why, and what to do", () => {
  const unreadable = {
    failures: 3,
    since: "2026-11-24T14:00:00Z",
    lastFailedAt: "2026-11-26T14:00:00Z",
    kind: "blocked",
    reason: "the site blocked our visit",
    remedy: "check the address",
  } as const;
  expect(unreadableWords(unreadable, ZONE)).toBe(
    "3 scans failed since Nov 24: the site blocked our visit. Check the address.",
  );
  const item = { id: "a", name: "A", unreadable };
  expect([isUnreadable(item), isUnreadable({ ...item, unreadable: { ...unreadable, failures: 2 } })]).toEqual([
    true,
    false,
  ]);
});

it("says why a menu does not count, and nothing of one that does", () => {
  const scan = { at: "2026-11-30T14:00:00Z", status: "suspect", error: "We couldn't\u202E read it." } as const;
  expect(doubtWords(scan)).toBe("We couldn't read it.");
  expect(doubtWords({ ...scan, status: "failed" })).toBeUndefined();
  expect(doubtWords(undefined)).toBeUndefined();
});

describe("a comparison", () => {
  it("names the biggest undercut", () => {
    const biggest = { product: "Blue\u202EDream", ourPrice: 40, theirPrice: 30, percent: 25 };
    expect(undercutWords({ matched: 3, undercuts: 1, biggest })).toBe("25% below us on BlueDream");
    const sized = { ...biggest, product: "Blue Dream", size: "3.5g" };
    expect(undercutWords({ matched: 3, undercuts: 1, biggest: sized })).toBe("25% below us on Blue Dream 3.5g");
    const inName = { ...sized, product: "Blue Dream 3.5 G" };
    expect(undercutWords({ matched: 3, undercuts: 1, biggest: inName })).toBe("25% below us on Blue Dream 3.5 G");
    expect(undercutWords({ matched: 3, undercuts: 0 })).toBe("Nothing below your prices");
  });
  it("says by which unit prices are compared where sizes differ", () => {
    const whole = { product: "Blue Dream", ourPrice: 11.4, theirPrice: 34, percent: 14.79 };
    const biggest = {
      ...whole,
      size: "1g",
      theirSize: "3.5g",
      unit: "g",
      ourUnitPrice: 11.4,
      theirUnitPrice: 9.71,
    } as const;
    expect(undercutWords({ matched: 1, undercuts: 1, biggest })).toBe("14.8% below us per g on Blue Dream");
    expect(pricesWords(biggest)).toBe("$9.71/g vs. your $11.40/g");
    expect(pricesWords(whole)).toBe("$34.00 vs. your $11.40");
  });
  it.each([
    [12.5, "12.5% below us"],
    [-10, "10% above us"],
    [0, "Same price"],
  ])("%d", (gap, words) => expect(gapWords(gap)).toBe(words));
});

describe("an address", () => {
  it.each([
    ["higherlevel.com/menu", "https://higherlevel.com/menu"],
    [" http://a.example ", "http://a.example"],
    ["http://127.0.0.1:8025/stores/a", "http://127.0.0.1:8025/stores/a"],
    ["ftp://a.example", undefined],
    ["menu", undefined],
    ["", undefined],
  ])("%s", (typed, address) => expect(asAddress(typed)).toBe(address));
  it("is short", () => expect(shortAddress("https://www.a.example/menu")).toBe("a.example/menu"));
});

it.each([
  [1, 3, "1 of 3 tracked."],
  [3, 3, "3 of 3 tracked. You've reached your plan's limit."],
  [7, -1, "7 tracked. Your plan has no limit."],
])("%d of %d", (used, limit, words) => expect(roomWords(used, limit)).toBe(words));
