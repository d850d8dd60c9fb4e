import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useApi, useFetched } from "../../data/api";
import type { MadeKey, People } from "../../data/types/api";
import { label, plain, sentence } from "../../format/words";
import { useFocusBack } from "../../ui/focus-back";
import { ShownOnce } from "../../ui/shown-once";
import { wordsOf } from "../../ui/states";
import { SCOPES } from "./scopes";

const AGENT = /^[a-z][a-z0-9_]{1,30}$/;

/** Creates a key and shows it once. */
export function NewKey({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  useFocusBack();
  const [made, setMade] = useState<MadeKey>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={made ? `${label(made.agent)}'s new key` : "New key"}
      centered
      // Clicking outside would lose the key.
      closeOnClickOutside={!made}
      closeOnEscape={!made}
      withCloseButton={!made}
    >
      {made ? (
        <ShownOnce secret={made.key} onClose={onClose} />
      ) : (
        <KeyForm
          onMade={(key) => {
            setMade(key);
            onMade();
          }}
        />
      )}
    </Modal>
  );
}

function KeyForm({ onMade }: { onMade: (key: MadeKey) => void }) {
  const api = useApi();
  const people = useFetched<People>("/people");
  const [agent, setAgent] = useState("");
  const [scopes, setScopes] = useState(SCOPES.map(({ scope }) => scope));
  const [actsFor, setActsFor] = useState<string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const name = agent.trim().toLowerCase().replaceAll(" ", "_");
  const isWrong = name !== "" && !AGENT.test(name);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!AGENT.test(name) || !scopes.length) return;
    setBusy(true);
    setProblem(undefined);
    try {
      onMade(await api<MadeKey>("/keys", { method: "POST", body: { agent: name, scopes, actsFor } }));
    } catch (error) {
      setProblem(sentence(wordsOf(error as Error)));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {problem ? (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        ) : null}
        <TextInput
          label="Agent"
          description="Who will use the key. Runs it starts are listed under this name."
          placeholder="ezal"
          value={agent}
          onChange={(event) => setAgent(event.currentTarget.value)}
          error={isWrong ? "2 to 31 letters, digits and underscores, beginning with a letter" : undefined}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Checkbox.Group
          label="It may"
          value={scopes}
          onChange={setScopes}
          error={scopes.length ? undefined : "Choose at least one"}
        >
          <Stack gap="xs" mt="xs">
            {SCOPES.map(({ scope, name: words }) => (
              <Checkbox key={scope} value={scope} label={words} />
            ))}
          </Stack>
        </Checkbox.Group>
        {people.data ? (
          <Checkbox.Group
            label="On behalf of"
            description="The members it may start runs for. If you choose none, it acts only as itself."
            value={actsFor}
            onChange={setActsFor}
          >
            <Stack gap="xs" mt="xs" className="scrolls">
              {people.data.items.map(({ uid, email, name: called }) => (
                <Checkbox key={uid} value={uid} label={plain(email ?? called ?? "Someone without an email")} />
              ))}
            </Stack>
          </Checkbox.Group>
        ) : null}
        <Group justify="flex-end">
          <Button type="submit" loading={isBusy} disabled={isWrong || !scopes.length}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
