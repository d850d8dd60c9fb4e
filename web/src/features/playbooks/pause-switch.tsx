/** Pauses and resumes a playbook, for editors, unless the platform paused it. */
import { Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import type { ListedPlaybook } from "./listed";
import { usePlaybookWrites } from "./use-playbook";

export function PauseSwitch({
  playbook,
  onChanged,
}: {
  playbook: ListedPlaybook;
  onChanged?: (() => void) | undefined;
}) {
  const { setStatus } = usePlaybookWrites();
  const { act } = useAct();
  const isOn = playbook.status === "active";
  const [wanted, setWanted] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is known now takes the place of what was wanted.
  useEffect(() => setWanted(undefined), [playbook.status]);
  const change = async (on: boolean) => {
    setWanted(on);
    const worked = await act("status", () => setStatus(playbook.playbookId, on ? "active" : "paused"));
    if (worked) onChanged?.();
    else setWanted(undefined);
  };
  return (
    <Switch
      checked={wanted ?? isOn}
      onChange={(event) => void change(event.currentTarget.checked)}
      aria-label={`Run ${plain(playbook.name)} automatically`}
      title={isOn ? "Pause" : "Resume"}
    />
  );
}

/** Whether an editor can pause or resume it. */
export const canSwitch = (playbook: Pick<ListedPlaybook, "status" | "pausedBy">) =>
  (playbook.status === "active" || playbook.status === "paused") && !playbook.pausedBy;
