import { describe, expect, it } from "vitest";
import { chosenIn, filterOf, isFiltered } from "./filters";

const NOW = Date.parse("2026-11-30T12:00:30Z");
const chosen = (search: string) => chosenIn(new URLSearchParams(search));

describe("the filter in the address", () => {
  it("names a status, a playbook, a trigger and a range", () =>
    expect(filterOf(chosen("status=failed&playbook=daily-intel&trigger=schedule&time=24h"), NOW)).toEqual({
      statuses: ["failed"],
      playbookId: "daily-intel",
      trigger: "schedule",
      since: new Date("2026-11-29T12:00:00Z"),
      until: undefined,
    }));
  it("calls everything that has not ended active", () =>
    expect(filterOf(chosen("status=active"), NOW).statuses).toEqual(["queued", "running", "waiting", "retrying"]));
  it("takes exact bounds from a link", () =>
    expect(filterOf(chosen("since=2026-11-01T00:00:00Z&until=2026-11-02T00:00:00Z"), NOW)).toMatchObject({
      since: new Date("2026-11-01T00:00:00Z"),
      until: new Date("2026-11-02T00:00:00Z"),
    }));
  it("passes over what it cannot mean", () => {
    const nothing = chosen("status=odd&playbook=a/b&trigger=x&time=9y&since=then");
    expect(isFiltered(nothing)).toBe(false);
    expect(filterOf(nothing, NOW)).toEqual({ statuses: [] });
  });
  it("stays the same question within a minute", () =>
    expect(filterOf(chosen("time=1h"), NOW)).toEqual(filterOf(chosen("time=1h"), NOW + 20_000)));
});
