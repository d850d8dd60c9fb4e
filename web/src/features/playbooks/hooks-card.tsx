/** Incoming webhooks with secrets and the newest calls, which can be replayed. */
import { Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useApi, useFetched } from "../../data/api";
import type { HookCall, HookCalls, HookList, ListedHook, MadeSecret } from "../../data/types/api";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { CheckIcon, CopyIcon } from "../../ui/icons";
import { ShownOnce } from "../../ui/shown-once";
import { Shown } from "../../ui/states";
import { StatusBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { Section } from "./overview";

export function HooksCard({ playbookId }: { playbookId: string }) {
  const hooks = useFetched<HookList>(`/hooks?playbookId=${encodeURIComponent(playbookId)}`);
  return (
    <Section title="Webhooks">
      <Shown live={hooks} what="The webhooks" onRetry={hooks.reload}>
        {({ items }) =>
          items.length ? (
            <Stack gap="lg">
              {items.map((hook) => (
                <OneHook key={hook.hookId} hook={hook} onChanged={hooks.reload} />
              ))}
            </Stack>
          ) : (
            <Text size="sm" c="dimmed">
              The address isn't there yet.{" "}
              <Button size="compact-sm" variant="subtle" onClick={hooks.reload}>
                Look again
              </Button>
            </Text>
          )
        }
      </Shown>
    </Section>
  );
}

function OneHook({ hook, onChanged }: { hook: ListedHook; onChanged: () => void }) {
  const api = useApi();
  const { busy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const [made, setMade] = useState<MadeSecret>();
  const [isOpen, setOpen] = useState(false);

  async function make() {
    await act("secret", async () => {
      setMade(await api<MadeSecret>(`/hooks/${hook.hookId}/secret`, { method: "POST", body: {} }));
    });
    setAsking(false);
  }

  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: "anywhere" }}>{hook.url}</Code>
        <CopyButton value={hook.url}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
              onClick={copy}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Text size="sm" c="dimmed">
        {hook.secretSetAt ? (
          <>
            Secret made <When at={hook.secretSetAt} as="ago" />
          </>
        ) : (
          "It can't be called until it has a secret."
        )}
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => (hook.secretSetAt ? setAsking(true) : void make())}>
          {hook.secretSetAt ? "New secret" : "Create a secret"}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide calls" : "Show calls"}
        </Button>
      </Group>
      {isOpen ? <Calls hookId={hook.hookId} isPaused={hook.status !== "active"} /> : null}
      <Confirm
        opened={isAsking}
        title="Create a new secret?"
        confirm="Create secret"
        busy={busy === "secret"}
        onConfirm={() => void make()}
        onClose={() => setAsking(false)}
      >
        <Text>Calls with the present secret are accepted for 24 hours more.</Text>
      </Confirm>
      <Modal
        opened={made !== undefined}
        onClose={() => setMade(undefined)}
        title="The webhook's secret"
        centered
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {made ? (
          <ShownOnce
            secret={made.secret}
            onClose={() => {
              setMade(undefined);
              onChanged();
            }}
          />
        ) : null}
      </Modal>
    </Stack>
  );
}

function Calls({ hookId, isPaused }: { hookId: string; isPaused: boolean }) {
  const calls = useFetched<HookCalls>(`/hooks/${hookId}/calls`);
  return (
    <Shown live={calls} what="The calls" onRetry={calls.reload}>
      {({ items }) =>
        items.length ? (
          <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
            {items.map((call) => (
              <li key={call.eventId}>
                <OneCall hookId={hookId} call={call} isPaused={isPaused} onReplayed={calls.reload} />
              </li>
            ))}
          </Stack>
        ) : (
          <Text size="sm" c="dimmed">
            No calls yet.
          </Text>
        )
      }
    </Shown>
  );
}

function OneCall(props: { hookId: string; call: HookCall; isPaused: boolean; onReplayed: () => void }) {
  const { hookId, call, isPaused, onReplayed } = props;
  const api = useApi();
  const { busy, act } = useAct();

  async function replay() {
    const idempotencyKey = crypto.randomUUID();
    const path = `/hooks/${hookId}/calls/${call.eventId}/replay`;
    const done = await act("replay", () => api(path, { method: "POST", body: {}, idempotencyKey }), "Sent again.");
    if (done) onReplayed();
  }

  return (
    <Group gap="xs" justify="space-between" wrap="nowrap">
      <Text size="sm">
        <When at={call.receivedAt} as="ago" />
        {call.topic ? ` · ${plain(call.topic)}` : null}
        {call.replayOf ? " · replayed" : null}
        {" · "}
        {call.executionId ? <Link to={`/runs/${call.executionId}`}>its run</Link> : "no run"}
      </Text>
      <Group gap="xs" wrap="nowrap">
        {call.status ? <StatusBadge status={call.status} /> : null}
        <Button
          size="compact-sm"
          variant="default"
          loading={busy === "replay"}
          disabled={isPaused}
          onClick={() => void replay()}
        >
          Replay
        </Button>
      </Group>
    </Group>
  );
}
