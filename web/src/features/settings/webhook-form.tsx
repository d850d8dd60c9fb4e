import { Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useApi } from "../../data/api";
import type { ListedWebhook, WebhookWithSecret } from "../../data/types/api";
import { sentence } from "../../format/words";
import { useFocusBack } from "../../ui/focus-back";
import { wordsOf } from "../../ui/states";
import { EVENTS } from "./webhook-events";

/** Adds or edits a webhook. */
export function WebhookForm({
  of: known,
  onSaved,
  onClose,
}: {
  of: ListedWebhook | undefined;
  onSaved: (saved: ListedWebhook | WebhookWithSecret) => void;
  onClose: () => void;
}) {
  useFocusBack();
  const api = useApi();
  const [url, setUrl] = useState(known?.url ?? "");
  const [events, setEvents] = useState<string[]>(known?.events ?? EVENTS.map(({ event }) => event));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!url.trim() || !events.length) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const path = known ? `/webhooks/${known.id}` : "/webhooks";
      onSaved(await api<ListedWebhook>(path, { method: "POST", body: { url: url.trim(), events } }));
    } catch (error) {
      setProblem(sentence(wordsOf(error as Error)));
      setBusy(false);
    }
  }

  return (
    <Modal opened onClose={onClose} title={known ? "Edit webhook" : "New webhook"} centered>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {problem ? (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          ) : null}
          <TextInput
            label="Address"
            description="An https address that anyone on the internet can reach."
            placeholder="https://example.com/webhooks/playbooks"
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            required
            withAsterisk={false}
            data-autofocus
          />
          <Checkbox.Group
            label="Notify it when"
            value={events}
            onChange={setEvents}
            error={events.length ? undefined : "Choose at least one"}
          >
            <Stack gap="xs" mt="xs">
              {EVENTS.map(({ event, name }) => (
                <Checkbox key={event} value={event} label={name} description={event} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button type="submit" loading={isBusy} disabled={!url.trim() || !events.length}>
              {known ? "Save" : "Add webhook"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
