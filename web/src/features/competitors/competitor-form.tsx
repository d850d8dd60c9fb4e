/** Adds a competitor or changes its menu address. */
import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { useApi } from "../../data/api";
import { plain, sentence } from "../../format/words";
import { AlertIcon } from "../../ui/icons";
import { asAddress } from "./words";

interface Props {
  opened: boolean;
  /** The competitor to edit; adds one if absent. */
  known?: { name: string; menuUrl: string };
  onClose: () => void;
  onSaved: () => void;
}

export function CompetitorForm(props: Props) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.known ? "Change the menu address" : "Add a competitor"}
      centered
    >
      <Fields {...props} />
    </Modal>
  );
}

const MAX_NAME = 200;

function Fields({ known, onClose, onSaved }: Props) {
  const api = useApi();
  const [name, setName] = useState(known?.name ?? "");
  const [address, setAddress] = useState(known?.menuUrl ?? "");
  const [wrong, setWrong] = useState<{ name?: string; address?: string; refused?: string }>({});
  const [busy, setBusy] = useState(false);

  async function save(event: FormEvent) {
    event.preventDefault();
    const menuUrl = asAddress(address);
    if (!name.trim() || !menuUrl) {
      setWrong({
        ...(name.trim() ? {} : { name: "Enter the competitor's name." }),
        ...(menuUrl ? {} : { address: "Enter the address of their menu page, like https://example.com/menu." }),
      });
      return;
    }
    setBusy(true);
    setWrong({});
    try {
      const saved = await api<{ created: boolean }>("/competitors", { method: "POST", body: { name, menuUrl } });
      const shown = plain(name.trim());
      notifications.show({
        message: saved.created
          ? `${shown} added. The next scan will read its menu.`
          : `You already track ${shown}. Its menu address is updated.`,
      });
      onSaved();
    } catch (error) {
      setWrong({ refused: sentence((error as Error).message) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={save} noValidate>
      <Stack>
        {wrong.refused ? (
          <Alert color="red" icon={<AlertIcon size={18} />} title="Not saved">
            {wrong.refused}
          </Alert>
        ) : null}
        <TextInput
          label="Name"
          placeholder="Higher Level"
          value={name}
          maxLength={MAX_NAME}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wrong.name}
          disabled={known !== undefined}
          data-autofocus={known === undefined || undefined}
        />
        <TextInput
          label="Menu address"
          description="The public page that lists what they sell, with prices."
          placeholder="https://example.com/menu"
          inputMode="url"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          error={wrong.address}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            {known ? "Save" : "Add competitor"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
