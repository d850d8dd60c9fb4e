import { Badge } from "@mantine/core";
import { entryOf } from "../format/words";
import {
  AlertIcon,
  BanIcon,
  CheckIcon,
  ClockIcon,
  CrossIcon,
  EditIcon,
  type Icon,
  PauseIcon,
  RetryIcon,
  SkipIcon,
  SpinnerIcon,
} from "./icons";

export interface Look {
  label: string;
  color: string;
  icon: Icon;
}

const RUN: Record<string, Look> = {
  queued: { label: "Queued", color: "gray", icon: SpinnerIcon },
  running: { label: "Running", color: "blue", icon: SpinnerIcon },
  waiting: { label: "Waiting", color: "violet", icon: ClockIcon },
  retrying: { label: "Retrying", color: "orange", icon: RetryIcon },
  completed: { label: "Completed", color: "teal", icon: CheckIcon },
  failed: { label: "Failed", color: "red", icon: CrossIcon },
  cancelled: { label: "Canceled", color: "gray", icon: BanIcon },
  skipped: { label: "Skipped", color: "gray", icon: SkipIcon },
};

const PLAYBOOK: Record<string, Look> = {
  active: { label: "Active", color: "teal", icon: CheckIcon },
  paused: { label: "Paused", color: "gray", icon: PauseIcon },
  draft: { label: "Draft", color: "gray", icon: EditIcon },
  archived: { label: "Archived", color: "gray", icon: BanIcon },
  error: { label: "Needs fixing", color: "red", icon: AlertIcon },
};

/** A run's or a playbook's status. */
export function StatusBadge({ status }: { status: string }) {
  const look = entryOf(RUN, status) ?? entryOf(PLAYBOOK, status) ?? { label: status, color: "gray", icon: ClockIcon };
  return <StateBadge {...look} status={status} />;
}

/** A state as an icon and a word, never only a color. */
export function StateBadge({ label, color, icon: Icon, status }: Look & { status?: string }) {
  return (
    <Badge
      className="status"
      data-status={status}
      variant="light"
      color={color}
      radius="sm"
      tt="none"
      fw={600}
      leftSection={<Icon size={12} />}
    >
      {label}
    </Badge>
  );
}

/** A run status's label in lists. */
export const RUN_STATUSES = Object.entries(RUN).map(([value, { label }]) => ({ value, label }));
export const PLAYBOOK_STATUSES = Object.entries(PLAYBOOK).map(([value, { label }]) => ({ value, label }));
