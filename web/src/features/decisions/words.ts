import type { Decision, Kind, Status } from "./model";

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  approvals: "Approval",
  pricing_suggestions: "Price",
  campaign_drafts: "Campaign",
  inventory_recommendations: "Inventory",
  margin_optimizations: "Margin",
};

export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  pending: "Waiting",
  approved: "Approved",
  rejected: "Rejected",
  expired: "Expired",
  withdrawn: "Withdrawn",
};

export const pathOf = ({ kind, id }: Pick<Decision, "kind" | "id">) => `/decisions/${kind}/${encodeURIComponent(id)}`;

/** Who decided. */
export function decider(decision: Decision, uid: string): string {
  if (decision.decidedBy === uid) return "you";
  return decision.decidedByName ?? "someone on your team";
}

export const OWN_SUGGESTION = "This came from a run of yours, so someone else in your organization has to decide.";
