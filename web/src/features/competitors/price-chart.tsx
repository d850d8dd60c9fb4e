/** A product's prices as a line, with our price today if we sell it. */
import { useElementSize } from "@mantine/hooks";
import { useId } from "react";
import { useOrg } from "../../data/org";
import type { PriceHistory } from "../../data/types/api";
import { dollars } from "../../format/money";
import { shortTime } from "../../format/time";
import { plain } from "../../format/words";
import { scaleOf, stepPath } from "./chart-scale";

const HEIGHT = 240;
const MARGIN = { left: 56, right: 16, top: 20, bottom: 28 };
const SMALLEST = 280;
const MOST_DOTS = 40;

export function PriceChart({ history, ourPrice }: { history: PriceHistory; ourPrice: number | undefined }) {
  const { ref, width: measured } = useElementSize();
  const { zone } = useOrg();
  const id = useId();
  const width = Math.max(measured, SMALLEST);
  const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: HEIGHT - MARGIN.bottom };
  const { points } = history;
  const scale = scaleOf(points, box, ourPrice);
  const day = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: zone });
  return (
    <div ref={ref}>
      <svg className="chart" role="img" aria-labelledby={`${id}-title ${id}-desc`} viewBox={`0 0 ${width} ${HEIGHT}`}>
        <title id={`${id}-title`}>Price of {plain(history.product)}</title>
        <desc id={`${id}-desc`}>{summaryOf(history, ourPrice, zone)}</desc>
        {scale.prices.map((price) => (
          <g key={price}>
            <line className="grid" x1={box.left} x2={box.right} y1={scale.y(price)} y2={scale.y(price)} />
            <text x={box.left - 8} y={scale.y(price) + 4} textAnchor="end">
              {dollars(price)}
            </text>
          </g>
        ))}
        {scale.times.map((time, number) => (
          <text key={time} x={scale.x(time)} y={HEIGHT - 8} textAnchor={anchorOf(number, scale.times.length)}>
            {day.format(time)}
          </text>
        ))}
        {ourPrice === undefined ? null : (
          <line className="ours" x1={box.left} x2={box.right} y1={scale.y(ourPrice)} y2={scale.y(ourPrice)} />
        )}
        <path className="line" d={stepPath(points, scale)} />
        {points.length <= MOST_DOTS
          ? points.map(({ at, price }) => (
              <circle key={at} className="point" cx={scale.x(Date.parse(at))} cy={scale.y(price)} r={4}>
                <title>{`${shortTime(at, zone)}: ${dollars(price)}`}</title>
              </circle>
            ))
          : null}
        {ourPrice === undefined ? null : (
          <text className="label" x={box.right} y={scale.y(ourPrice) - 6} textAnchor="end">
            Your price today: {dollars(ourPrice)}
          </text>
        )}
      </svg>
    </div>
  );
}

const anchorOf = (number: number, count: number) => (number === 0 ? "start" : number === count - 1 ? "end" : "middle");

/** The chart's text alternative. */
export function summaryOf({ points }: PriceHistory, ourPrice: number | undefined, zone: string): string {
  const [first, last] = [points[0], points[points.length - 1]];
  if (!first || !last) return "No prices.";
  const prices = points.map(({ price }) => price);
  const moved =
    first.price === last.price
      ? `${dollars(last.price)} at the first and at the last scan`
      : `From ${dollars(first.price)} to ${dollars(last.price)}`;
  const span = `between ${shortTime(first.at, zone)} and ${shortTime(last.at, zone)}`;
  const range = `Lowest ${dollars(Math.min(...prices))}, highest ${dollars(Math.max(...prices))}.`;
  return `${moved} ${span}. ${range}${ourPrice === undefined ? "" : ` Your price today is ${dollars(ourPrice)}.`}`;
}
