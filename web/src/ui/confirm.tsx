import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";

/** Confirms irreversible actions. */
export function Confirm(props: {
  opened: boolean;
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** The button's label: a verb. */
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} centered>
      <Stack>
        <div>{props.children}</div>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Keep it as it is
          </Button>
          <Button color={props.danger ? "red" : "teal"} loading={props.busy ?? false} onClick={props.onConfirm}>
            {props.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
