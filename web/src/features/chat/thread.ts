/** The conversation's state: pure functions over its entries. */
import type { ChatAnswer } from "../../data/types/api";

/** The parts of an answer that the page needs. */
export type Answer = Omit<ChatAnswer, "playbook" | "understood" | "unread" | "corrections">;

/** A user's message. `message` is sent, `text` is shown: buttons may be shorter. */
export interface Mine {
  kind: "mine";
  id: string;
  message: string;
  text: string;
  /** Why it wasn't answered. */
  failure?: string | undefined;
}

/** An answer. */
export interface Theirs {
  kind: "theirs";
  id: string;
  /** The answered message; sending it again carries out the proposal. */
  asked: string;
  answer: Answer;
  /** The idempotency key. */
  key: string;
  outcome?: Outcome | undefined;
  /** Why the proposal wasn't carried out. */
  failure?: string | undefined;
}

/** A proposal's outcome, with what it created or changed. */
export interface Outcome {
  playbookId?: string | null | undefined;
  executionId?: string | null | undefined;
}

export type Entry = Mine | Theirs;

export interface Thread {
  conversationId: string;
  entries: readonly Entry[];
  /** The unsent draft. */
  draft: string;
}

const MOST_ENTRIES = 60;

export const newThread = (): Thread => ({ conversationId: crypto.randomUUID(), entries: [], draft: "" });

export const added = (thread: Thread, entry: Entry): Thread => ({
  ...thread,
  entries: [...thread.entries, entry].slice(-MOST_ENTRIES),
});

/** The thread with the entry changed; undefined fields are removed. */
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

/** The answer with active buttons: the last one. Earlier proposals are obsolete. */
export const openAnswer = ({ entries }: Thread): Theirs | undefined =>
  entries.findLast((one): one is Theirs => one.kind === "theirs");

/** The proposal that a yes confirms. */
export function openProposal(thread: Thread): Theirs | undefined {
  const last = openAnswer(thread);
  return last?.answer.proposes && !last.outcome ? last : undefined;
}

/** Parses a stored thread; undefined if invalid. */
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
