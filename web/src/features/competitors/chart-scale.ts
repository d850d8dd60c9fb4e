/** Chart coordinates. Pure. */
import type { PricePoint } from "../../data/types/api";

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Scale {
  x: (time: number) => number;
  y: (price: number) => number;
  times: number[];
  prices: number[];
}

const HALF_A_DAY = 43_200_000;
const STEPS = [1, 2, 2.5, 5, 10];

/** About `wanted` round values covering `low` to `high`. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const span = high - low || Math.max(high, 1) * 0.2;
  const rough = span / Math.max(1, wanted - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.max(0, Math.floor((low - (high === low ? span / 2 : 0)) / step));
  const last = Math.max(first + 1, Math.ceil((high + (high === low ? span / 2 : 0)) / step));
  return Array.from({ length: last - first + 1 }, (_, number) => Number(((first + number) * step).toFixed(4)));
}

/** A scale for the points and an optional `alsoPrice`. */
export function scaleOf(points: readonly PricePoint[], box: Box, alsoPrice?: number): Scale {
  const at = points.map((point) => Date.parse(point.at));
  const prices = [...points.map((point) => point.price), ...(alsoPrice === undefined ? [] : [alsoPrice])];
  let [from, to] = [Math.min(...at), Math.max(...at)];
  if (from === to) [from, to] = [from - HALF_A_DAY, to + HALF_A_DAY];
  const marks = ticks(Math.min(...prices), Math.max(...prices), 4);
  const [low, high] = [marks[0] ?? 0, marks[marks.length - 1] ?? 1];
  const width = box.right - box.left;
  const count = Math.max(2, Math.min(5, Math.floor(width / 130)));
  return {
    x: (time) => box.left + ((time - from) / (to - from)) * width,
    y: (price) => box.bottom - ((price - low) / (high - low)) * (box.bottom - box.top),
    times: Array.from({ length: count }, (_, number) => from + ((to - from) * number) / (count - 1)),
    prices: marks,
  };
}

/** A step line: level until the next price. */
export function stepPath(points: readonly PricePoint[], { x, y }: Scale): string {
  return points
    .map((point, number) => {
      const [across, down] = [x(Date.parse(point.at)).toFixed(1), y(point.price).toFixed(1)];
      return number === 0 ? `M${across} ${down}` : `H${across}V${down}`;
    })
    .join("");
}
