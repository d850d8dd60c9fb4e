import type { DocumentQuery } from "./query";

/** The org's usage in month `YYYY-MM`; updated with a delay of some seconds. */
export const usageMonth = (orgId: string, month: string): DocumentQuery => ({ path: `usage/${orgId}-${month}` });
