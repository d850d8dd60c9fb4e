import { describe, expect, it } from "vitest";
import { scaleOf, stepPath, ticks } from "./chart-scale";

const BOX = { left: 50, right: 450, top: 10, bottom: 210 };
const POINTS = [
  { at: "2026-11-28T00:00:00Z", price: 40 },
  { at: "2026-11-30T00:00:00Z", price: 30 },
];

describe("ticks", () => {
  it.each([
    [30, 40, [30, 35, 40]],
    [29.5, 41, [25, 30, 35, 40, 45]],
    [0.5, 0.9, [0.4, 0.6, 0.8, 1]],
  ])("between %d and %d", (low, high, expected) => expect(ticks(low, high, 4)).toEqual(expected));

  it.each([0, 7, 35, 1000])("surround the one price %d", (price) => {
    const marks = ticks(price, price, 4);
    expect(marks.length).toBeGreaterThanOrEqual(2);
    expect(Math.min(...marks)).toBeLessThanOrEqual(price);
    expect(Math.max(...marks)).toBeGreaterThanOrEqual(price);
    expect(Math.min(...marks)).toBeGreaterThanOrEqual(0);
  });
});

describe("a scale", () => {
  it("puts the first time left, the last one right, the higher price above", () => {
    const { x, y } = scaleOf(POINTS, BOX);
    expect(x(Date.parse("2026-11-28T00:00:00Z"))).toBe(50);
    expect(x(Date.parse("2026-11-30T00:00:00Z"))).toBe(450);
    expect([y(40), y(30)]).toEqual([10, 210]);
  });
  it("makes room for our price", () => {
    const { y } = scaleOf(POINTS, BOX, 50);
    expect(y(50)).toBeGreaterThanOrEqual(BOX.top);
  });
  it("puts one point in the middle", () => {
    const one = POINTS.slice(0, 1);
    expect(scaleOf(one, BOX).x(Date.parse("2026-11-28T00:00:00Z"))).toBe(250);
  });
});

it("draws a price level until the next one", () => {
  expect(stepPath(POINTS, scaleOf(POINTS, BOX))).toBe("M50.0 10.0H450.0V210.0");
});
