/** A decision, from any collection. */
import { SUGGESTION_KINDS, type SuggestionKind } from "../../data/queries/decisions";
import { dateOf, type Instant } from "../../format/time";
import { type Fields, fieldsOf, instant, list, number, text, texts } from "./fields";

export type Kind = "approvals" | SuggestionKind;
export type Status = "pending" | "approved" | "rejected" | "expired" | "withdrawn";

export const KINDS: readonly Kind[] = ["approvals", ...SUGGESTION_KINDS];
export const isKind = (value: string | null | undefined): value is Kind => KINDS.some((kind) => kind === value);

export interface Decision {
  kind: Kind;
  id: string;
  title: string;
  reason: string | undefined;
  status: Status;
  askedAt: Instant | undefined;
  /** The suggesting agent's id. */
  agent: string | undefined;
  /** The user a run acts for. */
  askedBy: string | undefined;
  expiresAt: Instant | undefined;
  playbookId: string | undefined;
  executionId: string | undefined;
  isUrgent: boolean;
  decidedByName: string | undefined;
  decidedBy: string | undefined;
  decidedAt: Instant | undefined;
  comment: string | undefined;
  /** The people behind it, who can't decide it themselves. */
  people: readonly string[];
  /** All fields, for kind-specific ones. */
  fields: Fields;
}

const STATUSES: readonly unknown[] = ["pending", "approved", "rejected", "expired", "withdrawn"];

/** From an approval's document or API response. */
export function approvalOf(fields: Fields, now = Date.now()): Decision {
  const expiresAt = instant(fields.expiresAt);
  const stored = statusOf(fields.status);
  const isLate = stored === "pending" && expiresAt !== undefined && dateOf(expiresAt).getTime() <= now;
  return {
    ...common("approvals", fields),
    id: text(fields.approvalId) ?? String(fields.id),
    title: text(fields.title) ?? "A run asks for approval",
    reason: text(fields.details),
    status: isLate ? "expired" : stored,
    askedAt: instant(fields.requestedAt),
    askedBy: text(fields.requestedByName),
    expiresAt,
    playbookId: text(fields.playbookId),
    executionId: text(fields.executionId),
    people: [...texts(fields.causedBy), ...texts([fields.requestedBy])],
  };
}

export function suggestionOf(kind: SuggestionKind, fields: Fields): Decision {
  const source = fieldsOf(fields.source);
  return {
    ...common(kind, fields),
    title: titleOf(kind, fields),
    reason: text(fields.reason),
    status: statusOf(fields.status),
    askedAt: instant(fields.createdAt),
    askedBy: undefined,
    expiresAt: undefined,
    playbookId: text(source.playbookId),
    executionId: text(source.executionId),
    people: texts(source.causedBy),
  };
}

const common = (kind: Kind, fields: Fields) => ({
  kind,
  id: String(fields.id),
  agent: text(fields.agent),
  isUrgent: fields.priority === "high" || fields.priority === "critical",
  decidedByName: text(fields.decidedByName),
  decidedBy: text(fields.decidedBy),
  decidedAt: instant(fields.decidedAt),
  comment: text(fields.comment),
  fields,
});

const statusOf = (status: unknown): Status => (STATUSES.includes(status) ? (status as Status) : "withdrawn");

function titleOf(kind: SuggestionKind, fields: Fields): string {
  const named = text(fields.title) ?? text(fields.name);
  const product = text(fields.product);
  if (named) return named;
  if (product) return `New price for ${product}`;
  return { ...TITLES }[kind];
}

const TITLES: Record<SuggestionKind, string> = {
  pricing_suggestions: "New price",
  campaign_drafts: "Campaign",
  inventory_recommendations: "What to stock",
  margin_optimizations: "Room for a better margin",
};

export interface PriceRow {
  product: string;
  /** "3.5g": the size of both prices. */
  size: string | undefined;
  itemId: string | undefined;
  current: number | undefined;
  theirs: number | undefined;
  suggested: number;
  /** Negative if the price falls. */
  changePercent: number | undefined;
}

/** A suggestion's prices: for one item or several products. */
export function priceRows(fields: Fields): PriceRow[] {
  const own = priceRow(fields);
  return own ? [own] : list(fields.products).flatMap((row) => priceRow(fieldsOf(row)) ?? []);
}

function priceRow(row: Fields): PriceRow | undefined {
  const suggested = number(row.suggestedPrice);
  if (suggested === undefined) return undefined;
  const current = number(row.currentPrice);
  const change = current ? ((suggested - current) * 100) / current : undefined;
  return {
    product: text(row.product) ?? "An item without a name",
    size: text(row.size),
    itemId: text(row.itemId),
    current,
    theirs: number(row.theirPrice),
    suggested,
    changePercent: number(row.changePercent) ?? change,
  };
}

/** The margin in percent of the price. */
export const marginPercent = (price: number | undefined, cost: number | undefined): number | undefined =>
  price && cost !== undefined ? ((price - cost) * 100) / price : undefined;

/** Newest first; missing times last. */
export function newestFirst(decisions: readonly Decision[], of: (one: Decision) => Instant | undefined): Decision[] {
  const at = (one: Decision) => {
    const found = of(one);
    return found ? dateOf(found).getTime() : 0;
  };
  return [...decisions].sort((one, other) => at(other) - at(one));
}
