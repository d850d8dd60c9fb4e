/** Outgoing webhooks: added with a secret that is shown once, tested, disabled, deleted. */
import { Box, Button, Group, Modal, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useApi, useFetched } from "../../data/api";
import type { ListedWebhook, WebhookList, WebhookWithSecret } from "../../data/types/api";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { BanIcon, CheckIcon, PlusIcon } from "../../ui/icons";
import { ShownOnce } from "../../ui/shown-once";
import { Empty, Shown } from "../../ui/states";
import { StateBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { WebhookDeliveries } from "./webhook-deliveries";
import { EVENTS, whyDisabled } from "./webhook-events";
import { WebhookForm } from "./webhook-form";

export function Webhooks() {
  const webhooks = useFetched<WebhookList>("/webhooks");
  const [editing, setEditing] = useState<ListedWebhook | "new">();
  const [made, setMade] = useState<WebhookWithSecret>();
  return (
    <Stack gap="lg" maw={760}>
      <Text size="sm">
        We send a signed POST request to each address, following the Standard Webhooks spec. If it doesn't answer with a
        2xx status, we try again after 5 seconds, 30 seconds, and 5 minutes.
      </Text>
      <Shown live={webhooks} what="The webhooks" onRetry={webhooks.reload}>
        {({ items, limit }) => {
          const add = (
            <Button
              leftSection={<PlusIcon size={16} />}
              w="fit-content"
              disabled={items.length >= limit}
              onClick={() => setEditing("new")}
            >
              New webhook
            </Button>
          );
          return items.length ? (
            <>
              {add}
              <Paper withBorder className="rows">
                {items.map((webhook) => (
                  <Webhook
                    key={webhook.id}
                    of={webhook}
                    onEdit={() => setEditing(webhook)}
                    onSecret={setMade}
                    onChanged={webhooks.reload}
                  />
                ))}
              </Paper>
            </>
          ) : (
            <Empty title="No webhooks yet" action={add}>
              Add an address, and we'll notify it when a run ends, an alert comes in, or a decision is needed.
            </Empty>
          );
        }}
      </Shown>
      {editing ? (
        <WebhookForm
          of={editing === "new" ? undefined : editing}
          onSaved={(saved) => {
            setEditing(undefined);
            if ("secret" in saved) setMade(saved);
            webhooks.reload();
          }}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
      <Modal
        opened={made !== undefined}
        onClose={() => setMade(undefined)}
        title="The webhook's signing secret"
        centered
        // Clicking outside would lose the secret.
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {made ? <ShownOnce secret={made.secret} onClose={() => setMade(undefined)} /> : null}
      </Modal>
    </Stack>
  );
}

type Asking = "secret" | "delete" | "disable";

function Webhook(props: {
  of: ListedWebhook;
  onEdit: () => void;
  onSecret: (made: WebhookWithSecret) => void;
  onChanged: () => void;
}) {
  const { of: webhook, onEdit, onSecret, onChanged } = props;
  const api = useApi();
  const { busy, act } = useAct();
  const [asking, setAsking] = useState<Asking>();
  const [isOpen, setOpen] = useState(false);
  const [sent, setSent] = useState(0);
  const isActive = webhook.status === "active";
  const path = `/webhooks/${webhook.id}`;
  const why = whyDisabled(webhook.disabledBecause, webhook.deadInARow);

  async function set(status: ListedWebhook["status"], said: string) {
    if (await act("status", () => api(path, { method: "POST", body: { status } }), said)) onChanged();
    setAsking(undefined);
  }

  async function rotate() {
    await act("secret", async () => {
      onSecret(await api<WebhookWithSecret>(`${path}/secret`, { method: "POST", body: {} }));
    });
    setAsking(undefined);
    onChanged();
  }

  async function remove() {
    if (await act("delete", () => api(path, { method: "DELETE" }), "The webhook was deleted.")) onChanged();
    setAsking(undefined);
  }

  async function test() {
    if (await act("test", () => api(`${path}/test`, { method: "POST", body: {} }), "A test message is on its way.")) {
      setOpen(true);
      setSent((count) => count + 1);
    }
  }

  const names = EVENTS.filter(({ event }) => (webhook.events as string[]).includes(event)).map(({ name }) => name);
  return (
    <Box className="row" style={{ gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Stack gap="xs">
        <Group gap="xs" justify="space-between" align="flex-start" wrap="nowrap">
          <Text fw={550} style={{ overflowWrap: "anywhere" }}>
            {webhook.url}
          </Text>
          <StateBadge
            label={isActive ? "Active" : "Disabled"}
            color={isActive ? "teal" : why ? "red" : "gray"}
            icon={isActive ? CheckIcon : BanIcon}
            status={webhook.status}
          />
        </Group>
        {why ? <Text size="sm">{why}</Text> : null}
        <Text size="sm" c="dimmed">
          {names.join(" · ")}
        </Text>
        <Text size="sm" c="dimmed">
          Secret made <When at={webhook.secretSetAt} as="ago" />
        </Text>
        <Group gap="xs">
          {isActive ? (
            <Button variant="default" size="xs" loading={busy === "test"} onClick={() => void test()}>
              Send test
            </Button>
          ) : (
            <Button size="xs" loading={busy === "status"} onClick={() => void set("active", "The webhook is enabled.")}>
              Enable
            </Button>
          )}
          <Button variant="default" size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide messages" : "Show messages"}
          </Button>
          <Button variant="default" size="xs" aria-label={`Edit ${webhook.url}`} onClick={onEdit}>
            Edit
          </Button>
          <Button variant="default" size="xs" onClick={() => setAsking("secret")}>
            New secret
          </Button>
          {isActive ? (
            <Button variant="default" size="xs" onClick={() => setAsking("disable")}>
              Disable
            </Button>
          ) : null}
          <Button variant="default" size="xs" aria-label={`Delete ${webhook.url}`} onClick={() => setAsking("delete")}>
            Delete
          </Button>
        </Group>
        {isOpen ? <WebhookDeliveries key={sent} webhookId={webhook.id} isActive={isActive} /> : null}
      </Stack>
      <Confirm
        opened={asking === "secret"}
        title="Create a new secret?"
        confirm="Create secret"
        busy={busy === "secret"}
        onConfirm={() => void rotate()}
        onClose={() => setAsking(undefined)}
      >
        <Text>For 24 hours we sign with both the new secret and the present one.</Text>
      </Confirm>
      <Confirm
        opened={asking === "disable"}
        title="Disable this webhook?"
        confirm="Disable"
        busy={busy === "status"}
        onConfirm={() => void set("disabled", "The webhook is disabled.")}
        onClose={() => setAsking(undefined)}
      >
        <Text>What happens while it is disabled isn't sent later.</Text>
      </Confirm>
      <Confirm
        opened={asking === "delete"}
        title="Delete this webhook?"
        confirm="Delete"
        danger
        busy={busy === "delete"}
        onConfirm={() => void remove()}
        onClose={() => setAsking(undefined)}
      >
        <Text style={{ overflowWrap: "anywhere" }}>
          {webhook.url} won't be notified any more, and its secret is deleted. It can't be restored.
        </Text>
      </Confirm>
    </Box>
  );
}
