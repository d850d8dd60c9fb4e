/** Combines everything that needs a person. Pure. */
import type { ExecutionSummary, InboxNotification } from "../../data/types/documents";
import { dateOf, type Instant } from "../../format/time";
import { plain, sentence } from "../../format/words";
import type { Decision } from "../decisions/model";
import { KIND_NAMES, pathOf } from "../decisions/words";
import { stepName } from "../runs/words";

export interface Need {
  id: string;
  kind: "decision" | "suggestion" | "failure" | "alert";
  title: string;
  /** One line below the title. */
  detail: string;
  to: string;
  at: Instant;
  /** The failed or waiting run. */
  executionId?: string | undefined;
}

export const decisionNeed = (decision: Decision): Need => ({
  id: decision.id,
  kind: decision.kind === "approvals" ? "decision" : "suggestion",
  title: plain(decision.title),
  detail:
    decision.kind === "approvals" ? "A run is waiting for your decision" : `${KIND_NAMES[decision.kind]} suggestion`,
  to: pathOf(decision),
  at: decision.askedAt ?? new Date(0),
  executionId: decision.executionId,
});

export const failureNeed = ({ id, playbookName, attempts, statusReason, createdAt }: ExecutionSummary): Need => ({
  id,
  kind: "failure",
  title: `${plain(playbookName)} failed`,
  detail: failureWords(attempts?.at(-1)?.failedStepId, statusReason),
  to: `/runs/${encodeURIComponent(id)}`,
  at: createdAt,
  executionId: id,
});

const failureWords = (failedStep: string | null | undefined, reason: string | null | undefined) =>
  failedStep ? `Failed at ${stepName(failedStep)}` : sentence(plain(reason ?? "The run couldn't continue"));

export const alertNeed = ({ id, title, body, createdAt }: InboxNotification): Need => ({
  id,
  kind: "alert",
  title: plain(title),
  detail: plain(body).split("\n")[0] ?? "",
  to: `/dashboard/alerts?alert=${encodeURIComponent(id)}`,
  at: createdAt,
});

/** Leaves out alerts about runs already listed; newest first. */
export function needsOf(needs: readonly Need[], alerts: readonly InboxNotification[]): Need[] {
  const runsOf = (kind: Need["kind"]) =>
    new Set(needs.filter((one) => one.kind === kind).map((one) => one.executionId));
  const [failed, asking] = [runsOf("failure"), runsOf("decision")];
  const isNamed = ({ executionId, type }: InboxNotification) =>
    Boolean(executionId) &&
    (failed.has(executionId ?? undefined) || (type === "approval" && asking.has(executionId ?? undefined)));
  const others = alerts.filter((one) => !isNamed(one)).map(alertNeed);
  return [...needs, ...others].sort((one, other) => dateOf(other.at).getTime() - dateOf(one.at).getTime());
}
