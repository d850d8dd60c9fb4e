/** One entry of the conversation: a message, or an answer with buttons. */
import { Button, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { Link } from "react-router";
import { agentName, plain } from "../../format/words";
import { ChoiceButton } from "../../ui/choice-button";
import { ProposedPlaybook } from "./card";
import { useChat } from "./conversation";
import { Failed } from "./failed";
import type { Mine, Theirs } from "./thread";
import { Spoken, speakingTime } from "./words";

/** The label of the proposal's button; new playbooks have a card. */
const DO = {
  change: "Apply change",
  pause: "Pause",
  resume: "Resume",
  run: "Run now",
  skip: "Skip",
  copy: "Copy",
  restore: "Bring back",
  undo: "Undo",
  delete: "Delete",
} as const;

export function Said({ entry }: { entry: Mine }) {
  const { retry, isBusy } = useChat();
  return (
    <Stack gap={4} align="flex-end">
      <div className="chat-mine">
        <span className="visually-hidden">You: </span>
        {plain(entry.text)}
      </div>
      {entry.failure ? (
        <Failed words={entry.failure}>
          <UnstyledButton className="chat-again" disabled={isBusy} onClick={() => retry(entry)}>
            Try again
          </UnstyledButton>
        </Failed>
      ) : null}
    </Stack>
  );
}

export function Answered({ entry, isLast, onChange }: { entry: Theirs; isLast: boolean; onChange: () => void }) {
  const { newest, isBusy, carryOut } = useChat();
  const { answer } = entry;
  const isNew = newest === entry.id;
  const text = textOf(entry);
  return (
    <Stack gap="sm">
      <Stack gap={2}>
        <Text size="xs" c="dimmed" fw={600}>
          {agentName(answer.agent)}
        </Text>
        <div className="chat-theirs">
          <Spoken text={text} isNew={isNew} />
        </div>
      </Stack>
      <div className={isNew ? "chat-after" : ""} style={isNew ? { animationDelay: `${speakingTime(text)}ms` } : {}}>
        {answer.proposes === "create" && answer.summary ? (
          <ProposedPlaybook
            entry={entry}
            summary={answer.summary}
            isOpen={isLast && !entry.outcome}
            isBusy={isBusy}
            onCreate={() => carryOut(entry)}
            onChange={onChange}
          />
        ) : null}
        <Proposed entry={entry} isOpen={isLast && !entry.outcome} />
        {isLast ? <Questions entry={entry} /> : null}
        <Links entry={entry} />
      </div>
    </Stack>
  );
}

/** Without the lines that only name the address of a page which has a button below. */
function withoutLinks({ reply, proposes, questions, playbookId, executionId }: Theirs["answer"]): string {
  if (proposes || questions) return reply;
  const pages = [...(playbookId ? [pageOf(playbookId)] : []), ...(executionId ? [runPage(executionId)] : [])];
  const names = (line: string) => pages.some((page) => line.endsWith(`${window.location.origin}${page}`));
  return reply
    .split("\n")
    .filter((line) => !names(line))
    .join("\n");
}

const pageOf = (playbookId: string) => `/playbooks/${encodeURIComponent(playbookId)}`;
const runPage = (executionId: string) => `/runs/${encodeURIComponent(executionId)}`;

/** The card shows the rest of the reply about a playbook. */
function textOf({ answer }: Theirs): string {
  if (!answer.summary) return withoutLinks(answer);
  const [first = ""] = answer.reply.split("\n");
  return [first, ...answer.summary.notes].join("\n");
}

function Proposed({ entry, isOpen }: { entry: Theirs; isOpen: boolean }) {
  const { carryOut, send, isBusy } = useChat();
  const { proposes } = entry.answer;
  if (!proposes || !(proposes in DO)) return null;
  return (
    <Stack gap="xs">
      {entry.failure ? <Failed words={entry.failure} /> : null}
      {isOpen ? (
        <Group gap="xs">
          <Button
            size="sm"
            color={proposes === "delete" ? "red" : "teal"}
            loading={isBusy}
            onClick={() => carryOut(entry)}
          >
            {entry.failure ? "Try again" : DO[proposes as keyof typeof DO]}
          </Button>
          <Button size="sm" variant="default" disabled={isBusy} onClick={() => send("never mind", "Never mind")}>
            Never mind
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

function Questions({ entry }: { entry: Theirs }) {
  const { send, isBusy } = useChat();
  const questions = entry.answer.questions?.filter((one) => one.options.length > 0) ?? [];
  const isOneOfSeveral = (entry.answer.questions?.length ?? 0) > 1;
  return questions.map((question) => (
    <Stack key={question.id} gap={6} mb="xs">
      {isOneOfSeveral ? (
        <Text size="sm" fw={550}>
          {plain(question.text)}
        </Text>
      ) : null}
      <Group gap="xs" role="group" aria-label={plain(question.text)}>
        {question.options.map((option) => (
          <ChoiceButton
            key={option.value}
            label={plain(option.label)}
            size="xs"
            radius="xl"
            disabled={isBusy}
            onClick={() => send(option.value, option.label)}
          />
        ))}
      </Group>
    </Stack>
  ));
}

function Links({ entry }: { entry: Theirs }) {
  const { drawer } = useChat();
  const { answer } = entry;
  if (answer.proposes || answer.questions) return null;
  return (
    <Group gap="xs">
      {answer.playbookId ? (
        <Button component={Link} to={pageOf(answer.playbookId)} size="xs" variant="light" onClick={drawer.close}>
          Open playbook
        </Button>
      ) : null}
      {answer.executionId ? (
        <Button component={Link} to={runPage(answer.executionId)} size="xs" variant="light" onClick={drawer.close}>
          See the run
        </Button>
      ) : null}
    </Group>
  );
}
