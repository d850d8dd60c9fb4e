/**
 * Queries as plain data. This folder contains all Firestore paths and queries of the dashboard, and
 * `registry.ts` lists them with samples, so that tests can check rules and indexes.
 */

export type Value = string | number | boolean | Date | readonly string[];
export type Where = readonly [field: string, operator: "==" | "in" | ">=" | ">" | "<" | "<=", value: Value];
export type Order = readonly [field: string, direction: "asc" | "desc"];

/** Documents of one collection; `limit` is the maximum number of reads. */
export interface ListQuery {
  path: string;
  where: readonly Where[];
  orderBy: readonly Order[];
  limit: number;
}

/** One document. */
export interface DocumentQuery {
  path: string;
}

/** For top-level collections: the rules require a filter on the org. */
export const ofOrg = (orgId: string): Where => ["orgId", "==", orgId];
