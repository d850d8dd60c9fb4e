/** How often a playbook may run, in words and as a form. Pure. */
import type { EventTrigger, Playbook, Throttle, WebhookTrigger } from "../../data/types/documents";
import { sentence } from "../../format/words";
import type { Authored } from "./authored";

/** The server's limits (`shared/playbooks/pace.py`). */
export const MOST_RUNS_AT_ONCE = 1_000;
export const LONGEST_PAUSE_SECONDS = 3_600;

export type EventDriven = EventTrigger | WebhookTrigger;
export type Per = Throttle["per"];

/** Empty means no limit. */
export interface TriggerPace {
  /** Index among the playbook's triggers. */
  index: number;
  name: string;
  runs: number | undefined;
  per: Per;
  seconds: number | undefined;
  by: string;
}

export type Retries = "default" | "none" | "own";

export interface PaceForm {
  concurrency: number | undefined;
  retries: Retries;
  /** Seconds before each retry, as typed: `60, 3600`. Only used for `own`. */
  delays: string;
  triggers: TriggerPace[];
}

export const isEventDriven = (one: Playbook["triggers"][number] | null | undefined): one is EventDriven =>
  one?.type === "event" || one?.type === "webhook";

export function paceOf({
  concurrency,
  retryDelaysSeconds,
  triggers,
}: Pick<Authored, "concurrency" | "retryDelaysSeconds" | "triggers">): PaceForm {
  const listed = Array.isArray(triggers) ? triggers : [];
  const delays: readonly unknown[] | undefined = Array.isArray(retryDelaysSeconds) ? retryDelaysSeconds : undefined;
  return {
    concurrency: concurrency ?? undefined,
    retries: delays === undefined ? "default" : delays.length === 0 ? "none" : "own",
    delays: delays?.join(", ") ?? "",
    triggers: listed.flatMap((one, index) =>
      isEventDriven(one)
        ? {
            index,
            name: triggerName(one),
            runs: one.throttle?.runs,
            per: one.throttle?.per ?? "hour",
            seconds: one.debounce?.seconds,
            by: one.debounce?.by ?? "",
          }
        : [],
    ),
  };
}

/** The authored fields with the form's limits. */
export function withPace(authored: Authored, form: PaceForm): Authored {
  const { concurrency: _concurrency, retryDelaysSeconds: _delays, ...others } = authored;
  const triggers = authored.triggers.map((trigger, index) => {
    const pace = form.triggers.find((one) => one.index === index);
    return pace && isEventDriven(trigger) ? pacedTrigger(trigger, pace) : trigger;
  });
  const delays = delaysOf(form);
  return {
    ...others,
    triggers,
    ...(form.concurrency ? { concurrency: form.concurrency } : {}),
    ...(delays ? { retryDelaysSeconds: delays } : {}),
  };
}

/** What isn't a number stays as typed; the server reports it. */
function delaysOf({ retries, delays }: PaceForm): number[] | undefined {
  if (retries === "none") return [];
  const typed = retries === "own" ? delays.split(/[\s,;]+/).filter(Boolean) : [];
  return typed.length > 0
    ? typed.map((one) => (/^\d+$/.test(one) ? Number(one) : (one as unknown as number)))
    : undefined;
}

function pacedTrigger(trigger: EventDriven, { runs, per, seconds, by }: TriggerPace): EventDriven {
  const { throttle: _throttle, debounce: _debounce, ...rest } = trigger;
  return {
    ...rest,
    ...(runs ? { throttle: { runs, per } } : {}),
    ...(seconds ? { debounce: { seconds, ...(by.trim() ? { by: by.trim() } : {}) } } : {}),
  };
}

/** One sentence per limit; none if only the plan's limit applies. */
export function paceWords(playbook: Pick<Playbook, "concurrency" | "retryDelaysSeconds" | "triggers">): string[] {
  const { concurrency, triggers } = paceOf(playbook);
  const isOnly = triggers.length === 1;
  return [
    ...(concurrency ? [`Up to ${counted(concurrency, "run")} at the same time.`] : []),
    ...triggers.flatMap((one) => {
      const name = isOnly ? "" : `${one.name}: `;
      return [
        ...(one.runs ? [`${name}${isOnly ? "Up" : "up"} to ${counted(one.runs, "run")} ${PER_WORDS[one.per]}.`] : []),
        ...(one.seconds ? [`${name}${isOnly ? "Starts" : "starts"} once ${quiet(one.seconds, one.by)}.`] : []),
      ];
    }),
    ...retryWords(playbook.retryDelaysSeconds),
  ];
}

function retryWords(delays: readonly number[] | null | undefined): string[] {
  if (!Array.isArray(delays)) return [];
  if (delays.length === 0) return ["Failed runs aren't retried."];
  return [`Failed runs are retried after ${delays.map((one) => `${one.toLocaleString("en-US")} s`).join(", ")}.`];
}

export const PER_WORDS: Record<Per, string> = { minute: "a minute", hour: "an hour", day: "a day" };

const counted = (count: number, noun: string) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

const quiet = (seconds: number, by: string) =>
  `no new event has come for ${counted(seconds, "second")}${by ? `, separately for each ${by.replace(/^event\./, "")}` : ""}`;

const triggerName = (one: EventDriven) =>
  one.type === "webhook" ? "Webhook" : sentence(String(one.eventName ?? "").replace(/[._]/g, " ")) || "Event";
