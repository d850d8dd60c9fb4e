import { Badge, Box, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useApi, useFetched } from "../../data/api";
import type { KeyList, ListedKey } from "../../data/types/api";
import { counted } from "../../format/money";
import { label } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { PlusIcon } from "../../ui/icons";
import { Empty, Shown } from "../../ui/states";
import { When } from "../../ui/when";
import { NewKey } from "./new-key";
import { scopesInWords } from "./scopes";

export function Keys() {
  const keys = useFetched<KeyList>("/keys");
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button leftSection={<PlusIcon size={16} />} w="fit-content" onClick={() => setMaking(true)}>
      New key
    </Button>
  );
  return (
    <Stack gap="lg" maw={760}>
      <Shown live={keys} what="The keys" onRetry={keys.reload}>
        {({ items, unreadable }) =>
          items.length + unreadable.length ? (
            <>
              {make}
              <Paper withBorder className="rows">
                {items.map((key) => (
                  <Key key={key.id} of={key} onRevoked={keys.reload} />
                ))}
              </Paper>
              {unreadable.length ? (
                <Text size="sm" c="dimmed">
                  {counted(unreadable.length, "key")} can't be shown. Such keys open nothing.
                </Text>
              ) : null}
            </>
          ) : (
            <Empty title="No keys yet" action={make}>
              Create one for each agent or program that uses Playbooks. You can revoke each one separately.
            </Empty>
          )
        }
      </Shown>
      {isMaking ? <NewKey onMade={keys.reload} onClose={() => setMaking(false)} /> : null}
    </Stack>
  );
}

function Key({ of: key, onRevoked }: { of: ListedKey; onRevoked: () => void }) {
  const api = useApi();
  const { busy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const name = label(key.agent);

  async function revoke() {
    const call = () => api(`/keys/${key.id}/revoke`, { method: "POST", body: {} });
    if (await act("revoke", call, `${name}'s key was revoked.`)) onRevoked();
    setAsking(false);
  }

  return (
    <Box className="row" style={{ gridTemplateColumns: "minmax(0, 1fr) auto" }}>
      <Stack gap={0}>
        <Group gap="xs">
          <Text fw={550}>{name}</Text>
          {key.revokedAt ? (
            <Badge color="gray" variant="light" tt="none">
              Revoked
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {scopesInWords(key.scopes)}
          {key.actsFor.length ? `; on behalf of ${counted(key.actsFor.length, "member")}` : null}
        </Text>
        <Text size="sm" c="dimmed">
          <Dates of={key} />
        </Text>
      </Stack>
      {key.revokedAt ? null : (
        <Button variant="default" size="xs" aria-label={`Revoke ${name}'s key`} onClick={() => setAsking(true)}>
          Revoke
        </Button>
      )}
      <Confirm
        opened={isAsking}
        title={`Revoke ${name}'s key?`}
        confirm="Revoke"
        danger
        busy={busy === "revoke"}
        onConfirm={() => void revoke()}
        onClose={() => setAsking(false)}
      >
        <Text>It stops working right away and can't be restored. Anything that uses it needs a new key.</Text>
      </Confirm>
    </Box>
  );
}

function Dates({ of: key }: { of: ListedKey }) {
  return (
    <>
      {key.createdAt ? (
        <>
          Made <When at={key.createdAt} as="ago" />
        </>
      ) : (
        "Created some time ago"
      )}
      {" · "}
      {key.lastUsedAt ? (
        <>
          last used <When at={key.lastUsedAt} as="ago" />
        </>
      ) : (
        "never used"
      )}
      {key.revokedAt ? (
        <>
          {" · revoked "}
          <When at={key.revokedAt} as="ago" />
        </>
      ) : null}
    </>
  );
}
