/** Webhook events in words. */
export const EVENTS: readonly { event: string; name: string }[] = [
  { event: "run.completed", name: "A run completed" },
  { event: "run.failed", name: "A run failed" },
  { event: "alert.created", name: "Your shop got an alert" },
  { event: "decision.needed", name: "A run needs a decision" },
];

/** Why a webhook is disabled; empty while enabled. */
export function whyDisabled(because: string | null | undefined, deadInARow: number): string | undefined {
  if (because === "gone") return "We stopped because it answered 410 Gone.";
  if (because === "failing") return `We stopped after ${deadInARow} messages in a row couldn't be delivered.`;
  return undefined;
}

/** The last try's result: "answered 500", "no answer". */
export function lastAnswer(tries: readonly { statusCode?: number | null; errorCode?: string | null }[]): string {
  const last = tries.at(-1);
  if (!last) return "not sent yet";
  const answer = last.statusCode ? `answered ${last.statusCode}` : "no answer";
  return last.errorCode && !last.statusCode ? `${answer} (${last.errorCode})` : answer;
}
