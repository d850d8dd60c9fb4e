/** A conversation as the page keeps it: pure functions over its entries. */
import type { ChatAnswer } from "../../data/types/api";

/** What the page needs of an answer; the whole playbook is behind its link. */
export type Answer = Omit<ChatAnswer, "playbook" | "understood" | "unread" | "corrections">;

/** What somebody said. `message` is sent, `text` is shown: a button may say it shorter. */
export interface Mine {
  kind: "mine";
  id: string;
  message: string;
  text: string;
  /** Why it has not been answered. */
  failure?: string | undefined;
}

/** What was answered. */
export interface Theirs {
  kind: "theirs";
  id: string;
  /** The message that it answers; sent again, it does what is proposed. */
  asked: string;
  answer: Answer;
  /** One act, however often it is sent. */
  key: string;
  outcome?: Outcome | undefined;
  /** Why what was proposed has not been done. */
  failure?: string | undefined;
}

/** What became of a proposal, with what it made or changed. */
export interface Outcome {
  playbookId?: string | null | undefined;
  executionId?: string | null | undefined;
}

export type Entry = Mine | Theirs;

export interface Thread {
  conversationId: string;
  entries: readonly Entry[];
  /** What is written and not sent yet. */
  draft: string;
}

const MOST_ENTRIES = 60;

export const newThread = (): Thread => ({ conversationId: crypto.randomUUID(), entries: [], draft: "" });

export const added = (thread: Thread, entry: Entry): Thread => ({
  ...thread,
  entries: [...thread.entries, entry].slice(-MOST_ENTRIES),
});

/** The thread with the entry of that id changed; a field that is undefined is taken out. */
export function changed(
  thread: Thread,
  id: string,
  fields: Partial<Omit<Mine, "kind">> | Partial<Omit<Theirs, "kind">>,
) {
  const entries = thread.entries.map((one) => (one.id === id ? ({ ...one, ...fields } as Entry) : one));
  return { ...thread, entries };
}

export function answerOf({ playbook: _, understood: _1, unread: _2, corrections: _3, ...answer }: ChatAnswer): Answer {
  return answer;
}

/** The answer whose buttons still count: the last one. What was proposed before it has been passed over. */
export const openAnswer = ({ entries }: Thread): Theirs | undefined =>
  entries.findLast((one): one is Theirs => one.kind === "theirs");

/** The proposal that a yes agrees to. */
export function openProposal(thread: Thread): Theirs | undefined {
  const last = openAnswer(thread);
  return last?.answer.proposes && !last.outcome ? last : undefined;
}

/** A kept thread, or undefined where the text is none. */
export function parsed(text: string | null): Thread | undefined {
  if (!text) return undefined;
  try {
    const kept = JSON.parse(text) as Partial<Thread>;
    if (typeof kept.conversationId !== "string" || !Array.isArray(kept.entries)) return undefined;
    return { conversationId: kept.conversationId, entries: kept.entries, draft: kept.draft ?? "" };
  } catch {
    return undefined;
  }
}
