/** The newest messages to a webhook with their status; finished ones can be resent. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useApi, useFetched } from "../../data/api";
import type { DeliveryList, ListedDelivery } from "../../data/types/api";
import { useAct } from "../../ui/act";
import { BanIcon, CheckIcon, CrossIcon, RetryIcon } from "../../ui/icons";
import { Shown } from "../../ui/states";
import { type Look, StateBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { lastAnswer } from "./webhook-events";

const LOOKS: Record<ListedDelivery["status"], Look> = {
  pending: { label: "Sending", color: "orange", icon: RetryIcon },
  delivered: { label: "Delivered", color: "teal", icon: CheckIcon },
  dead: { label: "Failed", color: "red", icon: CrossIcon },
  canceled: { label: "Canceled", color: "gray", icon: BanIcon },
};

export function WebhookDeliveries({ webhookId, isActive }: { webhookId: string; isActive: boolean }) {
  const deliveries = useFetched<DeliveryList>(`/webhooks/${webhookId}/deliveries`);
  return (
    <Shown live={deliveries} what="The messages" onRetry={deliveries.reload}>
      {({ items }) =>
        items.length ? (
          <Stack gap="xs">
            <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
              {items.map((delivery) => (
                <li key={delivery.id}>
                  <Delivery webhookId={webhookId} of={delivery} isActive={isActive} onSent={deliveries.reload} />
                </li>
              ))}
            </Stack>
            <Button size="compact-sm" variant="subtle" w="fit-content" onClick={deliveries.reload}>
              Refresh
            </Button>
          </Stack>
        ) : (
          <Text size="sm" c="dimmed">
            No messages in the last 30 days.
          </Text>
        )
      }
    </Shown>
  );
}

function Delivery(props: { webhookId: string; of: ListedDelivery; isActive: boolean; onSent: () => void }) {
  const { webhookId, of: delivery, isActive, onSent } = props;
  const api = useApi();
  const { busy, act } = useAct();

  async function resend() {
    const path = `/webhooks/${webhookId}/deliveries/${delivery.id}/resend`;
    if (await act("resend", () => api(path, { method: "POST", body: {} }), "It's on its way again.")) onSent();
  }

  return (
    <Group gap="xs" justify="space-between">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {delivery.type}
        {delivery.test ? " (test)" : null} · <When at={delivery.createdAt} as="ago" /> · {lastAnswer(delivery.tries)}
        {delivery.tries.length > 1 ? ` · ${delivery.tries.length} tries` : null}
        {delivery.nextTryAt && delivery.tries.length ? (
          <>
            {" "}
            · next try <When at={delivery.nextTryAt} as="ago" />
          </>
        ) : null}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <StateBadge {...LOOKS[delivery.status]} status={delivery.status} />
        <Button
          size="compact-sm"
          variant="default"
          loading={busy === "resend"}
          disabled={!isActive || delivery.status === "pending"}
          onClick={() => void resend()}
        >
          Send again
        </Button>
      </Group>
    </Group>
  );
}
