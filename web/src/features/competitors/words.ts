/** Scans and comparisons in words. */
import type { BiggestUndercut, Comparison, CompetitorItem, LastScan, Unreadable } from "../../data/types/api";
import { count, dollars, percent } from "../../format/money";
import { dateOf, isSameDay } from "../../format/time";
import { plain, sentence } from "../../format/words";

const NOON = 12;
const EVENING = 17;

/** "this morning", "yesterday", "on Nov 24", by days in the zone. */
export function dayWords(at: string, zone: string, now: Date = new Date()): string {
  // Clocks differ: past events are never shown as upcoming.
  const then = new Date(Math.min(dateOf(at).getTime(), now.getTime()));
  if (isSameDay(then, now, zone)) {
    const hour = Number(
      new Intl.DateTimeFormat("en-US", { hour: "numeric", hourCycle: "h23", timeZone: zone }).format(then),
    );
    return hour < NOON ? "this morning" : hour < EVENING ? "this afternoon" : "this evening";
  }
  if (isSameDay(then, new Date(now.getTime() - 86_400_000), zone)) return "yesterday";
  return `on ${new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: zone }).format(then)}`;
}

/** "Couldn't be read this morning: the site answered 503." */
export function failureWords({ at, error }: LastScan, zone: string, now?: Date): string {
  const why = error ? `: ${plain(error).replace(/\.$/, "")}` : "";
  return `Couldn't be read ${dayWords(at, zone, now)}${why}.`;
}

/** Consecutive failures after which a menu counts as unreadable. */
const FAILED_FOR_GOOD = 3;

export const isUnreadable = ({ unreadable }: CompetitorItem) => (unreadable?.failures ?? 0) >= FAILED_FOR_GOOD;

/** "3 scans failed since Nov 24: the site blocked our visit. Check the address." */
export function unreadableWords({ failures, since, reason, remedy }: Unreadable, zone: string): string {
  const day = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: zone }).format(
    dateOf(since),
  );
  return `${count(failures)} scans failed since ${day}: ${plain(reason).replace(/\.$/, "")}. ${sentence(plain(remedy))}.`;
}

/** Why the last scan doesn't count; undefined if it does or there was none. */
export function doubtWords(scan: LastScan | null | undefined): string | undefined {
  return scan?.status === "suspect" && scan.error ? plain(scan.error) : undefined;
}

/** "Blue Dream 3.5g": a product with its size, unless its name has it. */
export function named(product: string, size: string | null | undefined): string {
  const name = plain(product);
  const bare = (text: string) => text.toLocaleLowerCase("en-US").replace(/\s/g, "");
  return !size || bare(name).includes(bare(size)) ? name : `${name} ${plain(size)}`;
}

/** "25% below us on Blue Dream 3.5g", "14.8% below us per g on Blue Dream". */
export function undercutWords({ biggest }: Comparison): string {
  if (!biggest) return "Nothing below your prices";
  const { product, percent: gap, size, unit } = biggest;
  return unit
    ? `${percent(gap)} below us per ${unit} on ${plain(product)}`
    : `${percent(gap)} below us on ${named(product, size)}`;
}

/** Percent of our price; positive if they are cheaper. */
export function gapWords(gap: number): string {
  if (gap === 0) return "Same price";
  return gap > 0 ? `${percent(gap)} below us` : `${percent(-gap)} above us`;
}

/** "$34.00", or "$9.71/g" when comparing different sizes. */
export const unitPrice = (price: number, unit: string | null | undefined) =>
  unit ? `${dollars(price)}/${unit}` : dollars(price);

/** "$30.00 vs. your $40.00", "$9.71/g vs. your $11.40/g". */
export function pricesWords({ theirPrice, ourPrice, theirUnitPrice, ourUnitPrice, unit }: BiggestUndercut): string {
  const [theirs, ours] = unit ? [theirUnitPrice ?? 0, ourUnitPrice ?? 0] : [theirPrice, ourPrice];
  return `${unitPrice(theirs, unit)} vs. your ${unitPrice(ours, unit)}`;
}

/** "higherlevel.com/menu". */
export function shortAddress(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host.replace(/^www\./, "")}${pathname === "/" ? "" : pathname}`;
  } catch {
    return plain(url);
  }
}

/** The input as an http(s) URL, with "https://" added if missing; undefined if invalid. */
export function asAddress(typed: string): string | undefined {
  const text = typed.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  try {
    const url = new URL(whole);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    return isWeb && (url.hostname.includes(".") || url.hostname === "localhost") ? whole : undefined;
  } catch {
    return undefined;
  }
}

/** How many more competitors the plan includes. */
export function roomWords(used: number, limit: number): string {
  if (limit < 0) return `${used} tracked. Your plan has no limit.`;
  return `${used} of ${limit} tracked.${used >= limit ? " You've reached your plan's limit." : ""}`;
}

export const wasRead = (item: CompetitorItem) => item.products !== undefined && item.products !== null;
