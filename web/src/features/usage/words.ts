/** Usage in words. */
import type { Metric, MetricMonth } from "../../data/types/api";
import { count, dollars, percent } from "../../format/money";

interface Noun {
  title: string;
  one: string;
  many: string;
}

export const NOUNS: Record<Metric, Noun> = {
  aiSessionsUsed: { title: "AI sessions", one: "AI session", many: "AI sessions" },
  smsCustomerUsed: { title: "Texts to customers", one: "text to customers", many: "texts to customers" },
  smsInternalUsed: { title: "Texts to staff", one: "text to staff", many: "texts to staff" },
  emailsUsed: { title: "Emails", one: "email", many: "emails" },
  competitorsTracked: { title: "Competitors", one: "competitor tracked", many: "competitors tracked" },
  zipCodesActive: { title: "ZIP codes", one: "ZIP code active", many: "ZIP codes active" },
  creativeAssetsUsed: { title: "Creative assets", one: "creative asset", many: "creative assets" },
};

const FULL = 100;

/** "412 of 500 texts to customers", "12 emails, no limit". */
export function usedWords({ metric, used, limit }: MetricMonth): string {
  const { one, many } = NOUNS[metric];
  if (limit < 0) return `${count(used)} ${used === 1 ? one : many}, no limit`;
  if (limit === 0 && used === 0) return "Not included in your plan";
  return `${count(used)} of ${count(limit)} ${limit === 1 ? one : many}`;
}

/** The text below a gauge that is nearly full or full; undefined otherwise. */
export function warningWords(use: MetricMonth): string | undefined {
  const { limit, used, atRisk } = use;
  if (!atRisk) return undefined;
  if (used > limit)
    return use.overageRateUsd
      ? `${count(used - limit)} over your plan: ${dollars(use.overageUsd)} extra`
      : `${count(used - limit)} over your plan`;
  if (used === limit)
    return use.overageRateUsd ? `All used; each additional one costs ${rate(use.overageRateUsd)}` : "All used";
  return `${percent(use.percent ?? 0)} used`;
}

const isFull = ({ used, limit }: MetricMonth) => limit >= 0 && used >= limit;

/** The gauge's color; the text says the same. */
export const colorOf = (use: MetricMonth) => (!use.atRisk ? "teal" : isFull(use) ? "red" : "orange");

/** The gauge's fill, 0 to 100. */
export const fillOf = (use: MetricMonth) => Math.min(FULL, use.percent ?? (use.limit === 0 && use.used > 0 ? FULL : 0));

/** "$0.002": rates may need more digits than prices. */
export const rate = (usd: number) =>
  new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  }).format(usd);

/** "2026-11" as "November 2026". */
export const monthName = (month: string) =>
  new Intl.DateTimeFormat("en-US", { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
