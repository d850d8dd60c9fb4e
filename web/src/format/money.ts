/** Money and counts. */
const DOLLARS = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const SMALL = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumSignificantDigits: 2 });
const COUNT = new Intl.NumberFormat("en-US");

/** "$35.00". */
export const dollars = (amount: number) => DOLLARS.format(amount);

/** A run's cost: "$0", "$0.0012", "$1.50". */
export function cost(usd: number): string {
  if (usd === 0) return "$0";
  return Math.abs(usd) < 0.01 ? SMALL.format(usd) : DOLLARS.format(usd);
}

/** "1,204". */
export const count = (number: number) => COUNT.format(number);

/** "1 run", "1,204 runs". */
export const counted = (number: number, one: string, many = `${one}s`) =>
  `${COUNT.format(number)} ${number === 1 ? one : many}`;

/** "12.5%". */
export const percent = (value: number) => `${Number(value.toFixed(1))}%`;
