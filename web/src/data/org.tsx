/** The current org. */
import { createContext, type ReactNode, useContext } from "react";
import { useLiveDocument } from "./live";
import { org } from "./queries/org";
import { useSession } from "./session";

export type Tier = "starter" | "growth" | "pro" | "enterprise";

export interface Org {
  id: string;
  name: string;
  tier: Tier;
  /** IANA, e.g. America/New_York; used for all times. */
  zone: string;
}

const DEFAULT_ZONE = "America/New_York";
const TIERS: readonly unknown[] = ["starter", "growth", "pro", "enterprise"];
const OrgContext = createContext<Org | null>(null);

export function OrgProvider({ children }: { children: ReactNode }) {
  const { orgId } = useSession();
  const { data } = useLiveDocument<Record<string, unknown>>(org(orgId));
  return <OrgContext value={orgOf(orgId, data ?? {})}>{children}</OrgContext>;
}

function orgOf(id: string, { name, tierId, timezone }: Record<string, unknown>): Org {
  return {
    id,
    name: typeof name === "string" ? name : "",
    tier: TIERS.includes(tierId) ? (tierId as Tier) : "starter",
    zone: isZone(timezone) ? timezone : DEFAULT_ZONE,
  };
}

function isZone(zone: unknown): zone is string {
  try {
    return typeof zone === "string" && new Intl.DateTimeFormat("en-US", { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

/** The org; its name is empty while loading. */
export function useOrg(): Org {
  const found = useContext(OrgContext);
  if (!found) throw new Error("useOrg is used outside of OrgProvider");
  return found;
}
