import type { DocumentQuery } from "./query";

/** Name, tier, time zone. */
export const org = (orgId: string): DocumentQuery => ({ path: `tenants/${orgId}` });
