import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useSession } from "../../data/session";
import { ChoiceButton } from "../../ui/choice-button";
import { Composer } from "./composer";
import { useChat } from "./conversation";
import "./chat.css";
import { Answered, Said } from "./message";
import { suggestions } from "./suggestions";
import { openAnswer } from "./thread";

/** The conversation, in the drawer and on its own page. */
export default function ChatPanel() {
  const { thread, isBusy, send, setDraft, startAnew } = useChat();
  const { mayEdit } = useSession();
  const log = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const { entries } = thread;
  const last = openAnswer(thread);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is new is at the end.
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [entries, isBusy]);
  return (
    <div className="chat">
      <div
        ref={log}
        className="chat-log"
        role="log"
        aria-label="Conversation"
        aria-live="polite"
        aria-busy={isBusy}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        <Stack gap="lg" py="sm" px={4}>
          {entries.length === 0 ? <Beginning mayEdit={mayEdit} onSay={send} /> : null}
          {entries.map((entry) =>
            entry.kind === "mine" ? (
              <Said key={entry.id} entry={entry} />
            ) : (
              <Answered key={entry.id} entry={entry} isLast={entry === last} onChange={() => input.current?.focus()} />
            ),
          )}
          {isBusy ? <Thinking /> : null}
        </Stack>
      </div>
      <Stack gap={6} pt="sm">
        <Composer
          ref={input}
          label="Message"
          placeholder={placeholderFor(mayEdit, last?.answer.proposes === "create" && !last.outcome)}
          value={thread.draft}
          isBusy={isBusy}
          onChange={setDraft}
          onSend={(text) => {
            setDraft("");
            send(text);
          }}
        />
        <Group justify="space-between" gap="xs" mih={26}>
          <Text size="xs" c="dimmed">
            {mayEdit ? "Nothing is set up until you confirm." : "You can ask. Owners and editors can make changes."}
          </Text>
          {entries.length ? (
            <Button variant="subtle" size="compact-xs" disabled={isBusy} onClick={startAnew}>
              New chat
            </Button>
          ) : null}
        </Group>
      </Stack>
    </div>
  );
}

function placeholderFor(mayEdit: boolean, isProposed: boolean): string {
  if (isProposed) return "Say what to change, like “make it 8 instead”";
  return mayEdit ? "Say what to do, and when" : "Ask about your playbooks";
}

function Beginning({ mayEdit, onSay }: { mayEdit: boolean; onSay: (message: string) => void }) {
  return (
    <Stack gap="sm">
      <Text>
        {mayEdit
          ? "Tell me in a sentence what to do, when, and how to reach you. I’ll show you what I’m about to set up before I do it."
          : "Ask me what's set up here, what it does, and when it runs next."}
      </Text>
      <Stack gap="xs" align="flex-start">
        {suggestions(mayEdit).map((message) => (
          <ChoiceButton key={message} label={message} size="sm" onClick={() => onSay(message)} />
        ))}
      </Stack>
    </Stack>
  );
}

function Thinking() {
  return (
    <div className="chat-dots">
      <span />
      <span />
      <span />
      <p className="visually-hidden">Working on it…</p>
    </div>
  );
}
