import { Alert, Button, Code, Group, Modal, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useApi } from "../../data/api";
import { sentence } from "../../format/words";
import { useFocusBack } from "../../ui/focus-back";
import { wordsOf } from "../../ui/states";
import { asName, inPlaybook, isName, SHORTEST_VALUE } from "./secret-names";

/** Sets a secret; `replaces` is an existing name, or "". */
export function NewSecret({ replaces, onSet, onClose }: { replaces: string; onSet: () => void; onClose: () => void }) {
  useFocusBack();
  const api = useApi();
  const [typed, setTyped] = useState(replaces);
  const [value, setValue] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const name = asName(typed);
  const isWrong = name !== "" && !isName(name);
  const isShort = value.trim() !== "" && value.trim().length < SHORTEST_VALUE;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!isName(name) || value.trim().length < SHORTEST_VALUE) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api("/settings/secrets", { method: "POST", body: { name, value } });
      onSet();
      onClose();
    } catch (error) {
      setProblem(sentence(wordsOf(error as Error)));
      setBusy(false);
    }
  }

  return (
    <Modal opened onClose={onClose} title={replaces ? `Replace ${replaces}` : "New secret"} centered>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {problem ? (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          ) : null}
          {replaces ? null : (
            <TextInput
              label="Name"
              placeholder="SHOP_API_KEY"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              error={isWrong ? "Up to 64 letters, digits, and underscores, beginning with a letter" : undefined}
              required
              withAsterisk={false}
              data-autofocus
            />
          )}
          <PasswordInput
            label="Value"
            description="You can replace it later. Nobody can see it again, not even you."
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            error={isShort ? `At least ${SHORTEST_VALUE} characters` : undefined}
            autoComplete="off"
            required
            withAsterisk={false}
            data-autofocus={replaces ? true : undefined}
          />
          {isName(name) ? (
            <Text size="sm">
              In a playbook: <Code>{inPlaybook(name)}</Code>
            </Text>
          ) : null}
          <Group justify="flex-end">
            <Button type="submit" loading={isBusy} disabled={isWrong || isShort}>
              {replaces ? "Replace" : "Save secret"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
