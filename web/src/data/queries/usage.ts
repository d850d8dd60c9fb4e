import type { DocumentQuery } from "./query";

/** What the org has used in a month `YYYY-MM`; it changes some seconds after something was used. */
export const usageMonth = (orgId: string, month: string): DocumentQuery => ({ path: `usage/${orgId}-${month}` });
