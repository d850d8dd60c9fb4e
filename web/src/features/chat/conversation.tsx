/** The conversation, shared by the drawer, /chat and Home, and kept across pages. */
import { useDisclosure } from "@mantine/hooks";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { type Api, useApi } from "../../data/api";
import { useSession } from "../../data/session";
import type { ChatAnswer } from "../../data/types/api";
import { wordsOf } from "../../ui/states";
import {
  added,
  answerOf,
  changed,
  type Entry,
  type Mine,
  newThread,
  openProposal,
  parsed,
  type Theirs,
  type Thread,
} from "./thread";

export interface Chat {
  thread: Thread;
  /** A request is in progress. */
  isBusy: boolean;
  /** The id of the latest entry of this visit, whose words appear one by one. */
  newest: string | undefined;
  send: (message: string, text?: string) => void;
  retry: (entry: Mine) => void;
  /** Carries out the proposal. */
  carryOut: (entry: Theirs) => void;
  setDraft: (draft: string) => void;
  startAnew: () => void;
  drawer: { opened: boolean; open: () => void; close: () => void; toggle: () => void };
}

const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("useChat is used outside of ChatProvider");
  return chat;
}

export function ChatProvider({ children }: { children: ReactNode }) {
  const [opened, { open, close, toggle }] = useDisclosure();
  const { thread, latest, update } = useKeptThread();
  const [isBusy, setBusy] = useState(false);
  const [newest, setNewest] = useState<string>();
  const ask = useAsk(latest);

  const append = useCallback(
    (entry: Entry) => {
      if (entry.kind === "theirs") setNewest(entry.id);
      update((before) => added(before, entry));
    },
    [update],
  );

  const working = useCallback(async (how: () => Promise<void>, failed: (words: string) => void) => {
    setBusy(true);
    try {
      await how();
    } catch (error) {
      failed(wordsOf(error as Error));
    } finally {
      setBusy(false);
    }
  }, []);

  const answer = useCallback(
    (mine: Mine) =>
      working(
        async () => {
          update((before) => changed(before, mine.id, { failure: undefined }));
          const shown = await ask({ message: mine.message, preview: true });
          if (shown.understood.intent !== "confirm" || !shown.proposes) return append(theirs(mine.message, shown));
          // A yes confirms the proposal, so nobody has to confirm twice.
          const proposal = openProposal(latest.current);
          const done = await ask({ message: mine.message, key: mine.id });
          if (proposal) update((before) => changed(before, proposal.id, { outcome: outcomeOf(done) }));
          append(theirs(mine.message, done));
        },
        (failure) => update((before) => changed(before, mine.id, { failure })),
      ),
    [working, update, ask, append, latest],
  );

  const chat = useMemo<Chat>(
    () => ({
      thread,
      isBusy,
      newest,
      send: (message, text = message) => {
        const mine: Mine = { kind: "mine", id: crypto.randomUUID(), message, text };
        append(mine);
        void answer(mine);
      },
      retry: (entry) => void answer(entry),
      carryOut: (entry) =>
        void working(
          async () => {
            update((before) => changed(before, entry.id, { failure: undefined }));
            const done = await ask({ message: entry.asked, key: entry.key });
            update((before) => changed(before, entry.id, { outcome: outcomeOf(done) }));
            append(theirs(entry.asked, done));
          },
          (failure) => update((before) => changed(before, entry.id, { failure })),
        ),
      setDraft: (draft) => update((before) => ({ ...before, draft })),
      startAnew: () => update(newThread),
      drawer: { opened, open, close, toggle },
    }),
    [thread, isBusy, newest, append, answer, working, update, ask, opened, open, close, toggle],
  );
  return <ChatContext value={chat}>{children}</ChatContext>;
}

interface Asked {
  message: string;
  preview?: boolean;
  key?: string;
}

function useAsk(latest: { current: Thread }) {
  const api: Api = useApi();
  const { orgId } = useSession();
  return useCallback(
    ({ message, preview = false, key }: Asked) =>
      api<ChatAnswer>("/chat", {
        method: "POST",
        body: { orgId, message, conversationId: latest.current.conversationId, preview },
        ...(key ? { idempotencyKey: key } : {}),
      }),
    [api, orgId, latest],
  );
}

function theirs(asked: string, answer: ChatAnswer): Theirs {
  return { kind: "theirs", id: crypto.randomUUID(), key: crypto.randomUUID(), asked, answer: answerOf(answer) };
}

const outcomeOf = ({ playbookId, executionId }: ChatAnswer) => ({ playbookId, executionId });

const KEPT = "chat:";

/** The thread, stored for this tab to survive reloads. */
function useKeptThread() {
  const { orgId, uid } = useSession();
  const place = `${KEPT}${orgId}:${uid}`;
  const [thread, setThread] = useState<Thread>(() => parsed(read(place)) ?? newThread());
  const latest = useRef(thread);
  const update = useCallback((how: (before: Thread) => Thread) => {
    latest.current = how(latest.current);
    setThread(latest.current);
  }, []);
  useEffect(() => keep(place, JSON.stringify(thread)), [place, thread]);
  return { thread, latest, update };
}

function read(place: string): string | null {
  try {
    return sessionStorage.getItem(place);
  } catch {
    return null;
  }
}

/** Without storage, the thread lasts as long as the page is open. */
function keep(place: string, text: string): void {
  try {
    // Don't restore another account's thread.
    for (const other of Object.keys(sessionStorage))
      if (other.startsWith(KEPT) && other !== place) sessionStorage.removeItem(other);
    sessionStorage.setItem(place, text);
  } catch {
    return;
  }
}
