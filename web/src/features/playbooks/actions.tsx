/** Buttons of a playbook's page for editors. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "react-router";
import type { Playbook } from "../../data/types/documents";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { ChevronDownIcon, CopyIcon, EyeIcon, PauseIcon, PlayIcon, TrashIcon } from "../../ui/icons";
import { DryRunModal } from "./dry-run";
import { pathOf } from "./playbook-row";
import { RunNow } from "./run-now";
import { usePlaybookWrites } from "./use-playbook";

export function Actions({ playbook }: { playbook: Playbook }) {
  const { setStatus, copy, remove } = usePlaybookWrites();
  const { busy, act } = useAct();
  const navigate = useNavigate();
  const [deleting, deletion] = useDisclosure();
  const [running, running_] = useDisclosure();
  const [trying, trial] = useDisclosure();
  const { status } = playbook;
  const isRunnable = status !== "archived" && status !== "error";
  const change = (to: "active" | "paused", done: string) => void act("status", () => setStatus(playbook.id, to), done);
  const duplicate = async () => {
    let made = "";
    const how = async () => {
      made = await copy(playbook);
    };
    if (await act("copy", how, "Copied. The copy is a draft until you turn it on.")) navigate(pathOf(made));
  };
  const destroy = async () => {
    if (await act("delete", () => remove(playbook.id), `${plain(playbook.name)} was deleted.`)) navigate("/playbooks");
  };
  return (
    <>
      <Button leftSection={<PlayIcon size={16} />} disabled={!isRunnable} onClick={running_.open}>
        Run now
      </Button>
      <Button variant="default" leftSection={<EyeIcon size={16} />} disabled={status === "error"} onClick={trial.open}>
        Dry run
      </Button>
      {status === "active" ? (
        <Button
          variant="default"
          leftSection={<PauseIcon size={16} />}
          loading={busy === "status"}
          onClick={() => change("paused", "Paused. It won't run by itself.")}
        >
          Pause
        </Button>
      ) : null}
      {(status === "paused" || status === "draft") && !playbook.pausedBy ? (
        <Button
          variant="default"
          leftSection={<PlayIcon size={16} />}
          loading={busy === "status"}
          onClick={() => change("active", "It's on.")}
        >
          {status === "draft" ? "Turn on" : "Resume"}
        </Button>
      ) : null}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More actions">
            <ChevronDownIcon size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<CopyIcon size={16} />} disabled={busy === "copy"} onClick={() => void duplicate()}>
            Make a copy
          </Menu.Item>
          <Menu.Item c="var(--mantine-color-error)" leftSection={<TrashIcon size={16} />} onClick={deletion.open}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RunNow playbook={playbook} opened={running} onClose={running_.close} />
      <DryRunModal playbook={playbook} opened={trying} onClose={trial.close} />
      <Confirm
        opened={deleting}
        onClose={deletion.close}
        onConfirm={() => void destroy()}
        busy={busy === "delete"}
        title={`Delete ${plain(playbook.name)}?`}
        confirm="Delete playbook"
        danger
      >
        It stops right away, and its waiting runs are canceled. Past runs stay in the list.
        {playbook.source === "catalog" ? " It comes with your plan, so you can bring it back later." : null}
      </Confirm>
    </>
  );
}
