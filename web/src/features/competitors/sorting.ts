/** Sorting and filtering of products. */
import type { ComparedProduct } from "../../data/types/api";

export const SORTS = ["product", "theirs", "ours", "gap"] as const;
export type Sort = (typeof SORTS)[number];
export const SHOWS = ["all", "matched", "below"] as const;
export type Show = (typeof SHOWS)[number];

type Value = string | number | null | undefined;

const VALUES: Record<Sort, (row: ComparedProduct) => Value> = {
  product: (row) => row.product.toLocaleLowerCase("en-US"),
  theirs: (row) => row.theirPrice,
  ours: (row) => row.ourPrice,
  gap: (row) => row.percent,
};

const SHOWN: Record<Show, (row: ComparedProduct) => boolean> = {
  all: () => true,
  matched: (row) => typeof row.percent === "number",
  below: (row) => (row.percent ?? 0) > 0,
};

/** A column's initial direction. */
export const startsDescending = (sort: Sort) => sort === "gap";

/** Filtered and sorted; missing values always come last. */
export function arranged(
  rows: readonly ComparedProduct[],
  asked: { sort: Sort; descending: boolean; show: Show; words: string },
): ComparedProduct[] {
  const value = VALUES[asked.sort];
  const words = asked.words.toLocaleLowerCase("en-US").split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    const text = `${row.product} ${row.size ?? ""} ${row.category ?? ""}`.toLocaleLowerCase("en-US");
    return SHOWN[asked.show](row) && words.every((word) => text.includes(word));
  });
  return found.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return (a < b ? -1 : 1) * (asked.descending ? -1 : 1);
  });
}

/** A valid URL parameter value. */
export function oneOf<T extends string>(allowed: readonly T[], found: string | null, otherwise: T): T {
  return allowed.find((one) => one === found) ?? otherwise;
}
