import { Button, Group, NativeSelect, Paper, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { useApi } from "../../data/api";
import type { Invited } from "../../data/types/api";
import { plain, sentence } from "../../format/words";
import { useAct } from "../../ui/act";
import { ROLES, type Role } from "./roles";

export function AddPerson({ onAdded }: { onAdded: () => void }) {
  const api = useApi();
  const { busy, act } = useAct();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");

  async function submit(event: FormEvent) {
    event.preventDefault();
    const body = { email: email.trim(), role };
    const call = async () => tellOfInvitation(await api<Invited>("/people", { method: "POST", body }));
    if (await act("add", call)) {
      setEmail("");
      onAdded();
    }
  }

  return (
    <Paper withBorder p="md" component="form" onSubmit={(event: FormEvent) => void submit(event)}>
      <Group align="flex-end">
        <TextInput
          label="Email"
          type="email"
          placeholder="name@example.com"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          withAsterisk={false}
          style={{ flex: "1 1 14rem" }}
        />
        <NativeSelect
          label="Role"
          data={ROLES.map(({ value, name }) => ({ value, label: name }))}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
          w={120}
        />
        <Button type="submit" loading={busy === "add"}>
          Invite
        </Button>
      </Group>
    </Paper>
  );
}

/** Says whether the invitation was sent. */
export function tellOfInvitation({ person, mailSent, problem }: Invited): void {
  const address = plain(person.email ?? "");
  if (mailSent) notifications.show({ message: `We've emailed ${address} a link to sign in.` });
  else
    notifications.show({
      color: "yellow",
      title: `${address} was added, but has no email yet`,
      message: sentence(problem ?? "The email couldn't be sent."),
      autoClose: 10_000,
    });
}
