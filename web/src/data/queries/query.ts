/**
 * Queries as plain data: the modules of this folder hold every Firestore path and query of the dashboard, and
 * `registry.ts` lists them with samples, so that tests run each under the rules and look for its index.
 */

export type Value = string | number | boolean | Date | readonly string[];
export type Where = readonly [field: string, operator: "==" | "in" | ">=" | ">" | "<" | "<=", value: Value];
export type Order = readonly [field: string, direction: "asc" | "desc"];

/** Documents of one collection; `limit` is how many reads it costs at most. */
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

/** Of a top-level collection, whose documents name their org: the rules let a list pass only where it asks for it. */
export const ofOrg = (orgId: string): Where => ["orgId", "==", orgId];
