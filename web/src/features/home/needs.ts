/** What needs a person, put together from several lists: pure. */
import type { ExecutionSummary, InboxNotification } from "../../data/types/documents";
import { dateOf, type Instant } from "../../format/time";
import { plain, sentence } from "../../format/words";
import type { Decision } from "../decisions/model";
import { KIND_NAMES, pathOf } from "../decisions/words";

export interface Need {
  id: string;
  kind: "decision" | "suggestion" | "failure" | "alert";
  title: string;
  /** One line below the title. */
  detail: string;
  to: string;
  at: Instant;
}

export const decisionNeed = (decision: Decision): Need => ({
  id: decision.id,
  kind: decision.kind === "approvals" ? "decision" : "suggestion",
  title: plain(decision.title),
  detail:
    decision.kind === "approvals" ? "A run is waiting for your decision" : `${KIND_NAMES[decision.kind]} suggestion`,
  to: pathOf(decision),
  at: decision.askedAt ?? new Date(0),
});

export const failureNeed = ({ id, playbookName, statusReason, createdAt }: ExecutionSummary): Need => ({
  id,
  kind: "failure",
  title: `${plain(playbookName)} failed`,
  detail: sentence(plain(statusReason ?? "The run could not go on")),
  to: `/runs/${encodeURIComponent(id)}`,
  at: createdAt,
});

export const alertNeed = ({ id, title, body, createdAt }: InboxNotification): Need => ({
  id,
  kind: "alert",
  title: plain(title),
  detail: plain(body).split("\n")[0] ?? "",
  to: `/dashboard/alerts?alert=${encodeURIComponent(id)}`,
  at: createdAt,
});

/** Alerts about runs that are named themselves are left out; the newest come first. */
export function needsOf(needs: readonly Need[], alerts: readonly InboxNotification[]): Need[] {
  const failed = new Set(needs.filter((one) => one.kind === "failure").map((one) => one.id));
  const others = alerts.filter((one) => !one.executionId || !failed.has(one.executionId)).map(alertNeed);
  return [...needs, ...others].sort((one, other) => dateOf(other.at).getTime() - dateOf(one.at).getTime());
}
