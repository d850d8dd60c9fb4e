import { ActionIcon, Anchor, Badge, Button, Group, NativeSelect, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useApi, useFetched } from "../../data/api";
import { useSession } from "../../data/session";
import type { ChangedPerson, Invited, ListedMember, People as PeopleAnswer } from "../../data/types/api";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { TrashIcon } from "../../ui/icons";
import { Shown } from "../../ui/states";
import { When } from "../../ui/when";
import { AddPerson, tellOfInvitation } from "./add-person";
import { ROLES, type Role, roleName } from "./roles";

export function People() {
  const people = useFetched<PeopleAnswer>("/people");
  const { isOwner } = useSession();
  return (
    <Stack gap="lg" maw={760}>
      {isOwner ? <AddPerson onAdded={people.reload} /> : null}
      <Shown live={people} what="The people" onRetry={people.reload}>
        {({ items }) => (
          <Paper withBorder className="rows">
            {items.map((person) => (
              <Person key={person.uid} person={person} onChanged={people.reload} />
            ))}
          </Paper>
        )}
      </Shown>
      <Stack gap={2}>
        {ROLES.map(({ value, name, may }) => (
          <Text key={value} size="sm" c="dimmed">
            <b>{name}s</b> {may}
          </Text>
        ))}
      </Stack>
      <Text size="sm" c="dimmed">
        Phones that get urgent texts are under{" "}
        <Anchor component={Link} to="/settings/organization" size="sm" underline="always">
          Organization
        </Anchor>
        .
      </Text>
    </Stack>
  );
}

function Person({ person, onChanged }: { person: ListedMember; onChanged: () => void }) {
  const { uid, isOwner } = useSession();
  const isMe = person.uid === uid;
  const shown = plain(person.email ?? person.name ?? "Someone without an email");
  return (
    <Group className="row" style={{ display: "flex" }}>
      <Stack gap={0} style={{ flex: "1 1 15rem" }} miw={0}>
        <Group gap="xs">
          <Text fw={550} style={{ overflowWrap: "anywhere" }}>
            {shown}
          </Text>
          {isMe ? (
            <Badge variant="default" tt="none">
              You
            </Badge>
          ) : null}
          {person.status === "invited" ? (
            <Badge color="yellow" variant="light" tt="none">
              Invited
            </Badge>
          ) : null}
          {person.status === "disabled" ? (
            <Badge color="red" variant="light" tt="none">
              Turned off
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {person.name && person.email ? `${plain(person.name)} · ` : null}
          <LastSeen person={person} />
        </Text>
      </Stack>
      {isOwner && !isMe ? (
        <Controls person={person} shown={shown} onChanged={onChanged} />
      ) : (
        <Text>{roleName(person.role)}</Text>
      )}
    </Group>
  );
}

function LastSeen({ person }: { person: ListedMember }) {
  if (person.lastSignInAt)
    return (
      <>
        Signed in <When at={person.lastSignInAt} as="ago" />
      </>
    );
  if (!person.addedAt) return <>Hasn't signed in yet</>;
  return (
    <>
      Invited <When at={person.addedAt} as="ago" />
    </>
  );
}

function Controls({ person, shown, onChanged }: { person: ListedMember; shown: string; onChanged: () => void }) {
  const api = useApi();
  const { busy, act } = useAct();
  // Optimistic while saving.
  const [role, setRole] = useState<Role>(person.role);
  const [isLeaving, setLeaving] = useState(false);

  async function change(to: Role) {
    setRole(to);
    const call = () => api<ChangedPerson>(`/people/${person.uid}/role`, { method: "POST", body: { role: to } });
    if (await act("role", call, `${shown} is now ${to === "viewer" ? "a" : "an"} ${to}.`)) onChanged();
    else setRole(person.role);
  }

  async function invite() {
    const body = { email: person.email, role };
    await act("invite", async () => tellOfInvitation(await api<Invited>("/people", { method: "POST", body })));
  }

  async function remove() {
    const call = () => api(`/people/${person.uid}/remove`, { method: "POST", body: {} });
    if (await act("remove", call, `${shown} was removed.`)) onChanged();
    setLeaving(false);
  }

  return (
    <Group gap="xs" justify="flex-end">
      {person.status === "invited" && person.email ? (
        <Button size="xs" variant="subtle" loading={busy === "invite"} onClick={() => void invite()}>
          Send again
        </Button>
      ) : null}
      <NativeSelect
        aria-label={`Role of ${shown}`}
        data={ROLES.map(({ value, name }) => ({ value, label: name }))}
        value={role}
        disabled={busy === "role"}
        onChange={(event) => void change(event.currentTarget.value as Role)}
        w={110}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Remove ${shown}`}
        onClick={() => setLeaving(true)}
      >
        <TrashIcon size={16} />
      </ActionIcon>
      <Confirm
        opened={isLeaving}
        title="Remove from your shop?"
        confirm="Remove"
        danger
        busy={busy === "remove"}
        onConfirm={() => void remove()}
        onClose={() => setLeaving(false)}
      >
        <Text style={{ overflowWrap: "anywhere" }}>
          {shown} is signed out and can no longer get in. What they made stays.
        </Text>
      </Confirm>
    </Group>
  );
}
