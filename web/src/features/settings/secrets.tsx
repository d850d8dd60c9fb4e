import { Box, Button, Code, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useApi, useFetched } from "../../data/api";
import { useSession } from "../../data/session";
import type { ListedSecret, SecretList } from "../../data/types/api";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { PlusIcon } from "../../ui/icons";
import { Empty, Shown } from "../../ui/states";
import { When } from "../../ui/when";
import { NewSecret } from "./new-secret";
import { inPlaybook } from "./secret-names";

/** Owners set, replace and delete secrets; editors see names to use in playbooks. Nobody sees values. */
export function Secrets() {
  const { isOwner } = useSession();
  const secrets = useFetched<SecretList>("/settings/secrets");
  const [setting, setSetting] = useState<string>();
  const add = isOwner ? (
    <Button leftSection={<PlusIcon size={16} />} w="fit-content" onClick={() => setSetting("")}>
      New secret
    </Button>
  ) : null;
  return (
    <Stack gap="lg" maw={760}>
      <Text size="sm">
        A playbook names a secret as <Code>{inPlaybook("NAME")}</Code> in the address, headers, or body of a request.
        The value is filled in only for the call.
      </Text>
      <Shown live={secrets} what="The secrets" onRetry={secrets.reload}>
        {({ items }) =>
          items.length ? (
            <>
              {add}
              <Paper withBorder className="rows">
                {items.map((secret) => (
                  <Secret
                    key={secret.name}
                    of={secret}
                    mayChange={isOwner}
                    onReplace={() => setSetting(secret.name)}
                    onDeleted={secrets.reload}
                  />
                ))}
              </Paper>
            </>
          ) : (
            <Empty title="No secrets yet" action={add}>
              {isOwner
                ? "Add the key of another system here instead of writing it into a playbook."
                : "An owner of your shop can add the keys of other systems here."}
            </Empty>
          )
        }
      </Shown>
      {setting === undefined ? null : (
        <NewSecret replaces={setting} onSet={secrets.reload} onClose={() => setSetting(undefined)} />
      )}
    </Stack>
  );
}

function Secret({
  of: secret,
  mayChange,
  onReplace,
  onDeleted,
}: {
  of: ListedSecret;
  mayChange: boolean;
  onReplace: () => void;
  onDeleted: () => void;
}) {
  const api = useApi();
  const { busy, act } = useAct();
  const [isAsking, setAsking] = useState(false);
  const using = secret.usedBy ?? [];

  async function remove() {
    const call = () => api(`/settings/secrets/${secret.name}`, { method: "DELETE" });
    if (await act("delete", call, `${secret.name} was deleted.`)) onDeleted();
    setAsking(false);
  }

  return (
    <Box className="row" style={{ gridTemplateColumns: "minmax(0, 1fr) auto" }}>
      <Stack gap={0}>
        <Text fw={550} style={{ overflowWrap: "anywhere" }}>
          {secret.name}
        </Text>
        {secret.updatedAt ? (
          <Text size="sm" c="dimmed">
            Set <When at={secret.updatedAt} as="ago" />
            {secret.updatedBy ? ` by ${plain(secret.updatedBy)}` : null}
          </Text>
        ) : null}
        {mayChange ? <Using playbooks={using} /> : null}
      </Stack>
      {mayChange ? (
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" size="xs" aria-label={`Replace ${secret.name}`} onClick={onReplace}>
            Replace
          </Button>
          <Button variant="default" size="xs" aria-label={`Delete ${secret.name}`} onClick={() => setAsking(true)}>
            Delete
          </Button>
        </Group>
      ) : null}
      <Confirm
        opened={isAsking}
        title={`Delete ${secret.name}?`}
        confirm="Delete"
        danger
        busy={busy === "delete"}
        onConfirm={() => void remove()}
        onClose={() => setAsking(false)}
      >
        <Text>
          {using.length
            ? `Playbooks that use it fail at that step until it is set again: ${using.map(({ name }) => plain(name)).join(", ")}.`
            : "No playbook uses it. It can't be restored."}
        </Text>
      </Confirm>
    </Box>
  );
}

function Using({ playbooks }: { playbooks: NonNullable<ListedSecret["usedBy"]> }) {
  return (
    <Text size="sm" c="dimmed">
      {playbooks.length ? "Used by " : "Used by no playbook"}
      {playbooks.map(({ id, name }, index) => (
        <span key={id}>
          {index ? ", " : null}
          <Link to={`/playbooks/${id}`}>{plain(name)}</Link>
        </span>
      ))}
    </Text>
  );
}
