import type { DocumentQuery } from "./query";

/** Name, tier, zone. */
export const org = (orgId: string): DocumentQuery => ({ path: `tenants/${orgId}` });
