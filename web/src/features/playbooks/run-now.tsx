/** Starts a run and opens its page. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { useApi } from "../../data/api";
import { useSession } from "../../data/session";
import type { Playbook } from "../../data/types/documents";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { EventData, eventDataIn, eventOf, sampleText } from "./event-data";

export function RunNow({ playbook, opened, onClose }: { playbook: Playbook; opened: boolean; onClose: () => void }) {
  const api = useApi();
  const { orgId } = useSession();
  const { busy, act } = useAct();
  const navigate = useNavigate();
  const eventName = eventOf(playbook);
  const [text, setText] = useState("{}");
  const [key, setKey] = useState("");
  useEffect(() => {
    if (!opened) return;
    setText(sampleText(eventName));
    setKey(crypto.randomUUID());
  }, [opened, eventName]);
  const eventData = eventDataIn(text);
  const run = async () => {
    let runId = "";
    const how = async () => {
      const path = `/playbooks/${encodeURIComponent(playbook.id)}/execute`;
      const body = { triggeredBy: "manual", orgId, ...(eventName ? { eventData } : {}) };
      // A double click starts one run; different data starts another.
      const started = await api<{ executionId: string }>(path, { method: "POST", body, idempotencyKey: key });
      runId = started.executionId;
    };
    if (await act("run", how)) {
      onClose();
      navigate(`/runs/${runId}`);
    } else setKey(crypto.randomUUID());
  };
  return (
    <Modal opened={opened} onClose={onClose} title={`Run ${plain(playbook.name)} now?`} centered>
      <Stack>
        <Text size="sm">This is a real run: it sends messages and makes changes.</Text>
        {eventName ? <EventData eventName={eventName} text={text} onChange={setText} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button loading={busy === "run"} disabled={eventData === undefined} onClick={() => void run()}>
            Run it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
