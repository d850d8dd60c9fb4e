import { describe, expect, it } from "vitest";
import type { MetricMonth } from "../../data/types/api";
import { colorOf, fillOf, monthName, rate, usedWords, warningWords } from "./words";

const use = (used: number, limit: number, more: Partial<MetricMonth> = {}): MetricMonth => ({
  metric: "smsCustomerUsed",
  used,
  limit,
  ...(limit > 0 ? { percent: Math.round((used / limit) * 1000) / 10 } : {}),
  atRisk: limit > 0 ? used / limit >= 0.8 : limit === 0 && used > 0,
  overageUsd: 0,
  ...more,
});

describe("a gauge", () => {
  it.each([
    [use(412, 500), "412 of 500 texts to customers", 82.4, "orange", "82.4% used"],
    [use(10, 500), "10 of 500 texts to customers", 2, "teal", undefined],
    [use(1200, -1), "1,200 texts to customers, no limit", 0, "teal", undefined],
    [use(1, -1), "1 text to customers, no limit", 0, "teal", undefined],
    [use(0, 0), "Not included in your plan", 0, "teal", undefined],
    [use(1, 1, { metric: "competitorsTracked" }), "1 of 1 competitor tracked", 100, "red", "All used"],
    [
      use(500, 500, { overageRateUsd: 0.05 }),
      "500 of 500 texts to customers",
      100,
      "red",
      "All used; each additional one costs $0.05",
    ],
    [
      use(512, 500, { overageRateUsd: 0.05, overageUsd: 0.6 }),
      "512 of 500 texts to customers",
      100,
      "red",
      "12 over your plan: $0.60 extra",
    ],
    [use(3, 0), "3 of 0 texts to customers", 100, "red", "3 over your plan"],
  ])("%o", (given, words, fill, color, warning) => {
    expect([usedWords(given), fillOf(given), colorOf(given), warningWords(given)]).toEqual([
      words,
      fill,
      color,
      warning,
    ]);
  });
});

it("names a month", () => expect(monthName("2026-01")).toBe("January 2026"));
it("shows a rate with the places that it needs", () => expect([rate(0.002), rate(2)]).toEqual(["$0.002", "$2.00"]));
