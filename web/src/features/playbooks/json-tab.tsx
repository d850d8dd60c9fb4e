/** The playbook as JSON for experts. Invalid playbooks can't be saved. */
import { Alert, Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Problem } from "../../data/types/api";
import type { Playbook } from "../../data/types/documents";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { AUTHORED, type Authored, authoredOf, unknownFields } from "./authored";
import { isObject } from "./flow";
import { useCheck } from "./use-check";
import { emptiedIn, usePlaybookWrites } from "./use-playbook";

const textOf = (playbook: Playbook) => JSON.stringify(authoredOf(playbook), null, 2);

export default function JsonTab({ playbook }: { playbook: Playbook }) {
  const stored = textOf(playbook);
  const [base, setBase] = useState(stored);
  const [text, setText] = useState(stored);
  const [problems, setProblems] = useState<Problem[]>([]);
  const check = useCheck();
  const { save } = usePlaybookWrites();
  const { busy, act } = useAct();
  const isChanged = text !== base;
  useEffect(() => {
    if (isChanged) return;
    setBase(stored);
    setText(stored);
  }, [stored, isChanged]);
  const submit = () =>
    act("save", async () => {
      const read = parsed(text);
      if ("problem" in read) return setProblems([read.problem]);
      const { problems: found } = await check(playbook, read.authored);
      setProblems(found);
      if (found.length > 0) return;
      await save(playbook, read.authored, emptiedIn(playbook, read.authored));
      setBase(text);
    });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The playbook as JSON, for engineers. We check it before saving. Its owner and whether it's on aren't part of it.
      </Text>
      {isChanged && stored !== base ? (
        <Alert color="yellow" title="Someone else edited it in the meantime">
          Saving replaces it with your text. Undo your changes to see theirs.
        </Alert>
      ) : null}
      {problems.length > 0 ? (
        <Alert color="red" title="Not saved" role="alert">
          <Stack gap={4} component="ul" m={0} pl="md">
            {problems.map(({ field, message }) => (
              <li key={field + message}>
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {field ? <code>{plain(field)}</code> : null}
                  {field ? ": " : null}
                  {plain(message)}
                </Text>
              </li>
            ))}
          </Stack>
        </Alert>
      ) : null}
      <Textarea
        aria-label="Playbook as JSON"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setProblems([]);
        }}
        autosize
        minRows={16}
        maxRows={36}
        spellCheck={false}
        error={problems.length > 0}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13, lineHeight: 1.5 } }}
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={!isChanged}
          onClick={() => {
            setBase(stored);
            setText(stored);
            setProblems([]);
          }}
        >
          Undo
        </Button>
        <Button disabled={!isChanged} loading={busy === "save"} onClick={() => void submit()}>
          Check and save
        </Button>
      </Group>
    </Stack>
  );
}

type Read = { authored: Authored } | { problem: Problem };

function parsed(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: { field: "", message: `This isn't valid JSON: ${(error as Error).message}` } };
  }
  if (!isObject(value)) return { problem: { field: "", message: "Expected an object in { }." } };
  const unknown = unknownFields(value);
  if (unknown.length > 0) {
    const message = `found ${unknown.join(", ")}; expected only ${AUTHORED.join(", ")}`;
    return { problem: { field: unknown[0] ?? "", message } };
  }
  return { authored: value as unknown as Authored };
}
