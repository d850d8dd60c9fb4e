/** A playbook in the list with its last run; one read. */
import { Badge, Group, Text } from "@mantine/core";
import { Link } from "react-router";
import { useLiveList } from "../../data/live";
import { runs } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { ExecutionSummary } from "../../data/types/documents";
import { plain, sentence } from "../../format/words";
import { StatusBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { type ListedPlaybook, nextRun } from "./listed";
import { canSwitch, PauseSwitch } from "./pause-switch";

export const pathOf = (playbookId: string) => `/playbooks/${encodeURIComponent(playbookId)}`;

export function PlaybookRow({ playbook, onChanged }: { playbook: ListedPlaybook; onChanged?: () => void }) {
  const { mayEdit } = useSession();
  const next = nextRun(playbook);
  return (
    <li className="row playbook-row">
      <div className="playbook-row-name">
        <Group gap={8} wrap="nowrap" miw={0}>
          <Link className="row-link" to={pathOf(playbook.playbookId)}>
            <bdi>{plain(playbook.name)}</bdi>
          </Link>
          {playbook.source === "catalog" ? (
            <Badge variant="default" size="xs" tt="none" fw={500} style={{ flexShrink: 0 }} visibleFrom="xs">
              In your plan
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed" className="playbook-row-words">
          {restWords(playbook) ?? plain(playbook.description)}
        </Text>
      </div>
      <div className="playbook-row-when">
        <Text size="sm" lineClamp={2}>
          {sentence(plain(playbook.when).replace(/,$/, ""))}
        </Text>
        <Text size="sm" c="dimmed">
          {next ? (
            <>
              Next: <When at={next} as="calendar" />
            </>
          ) : playbook.status === "active" && playbook.runsEnd ? (
            "Finished"
          ) : null}
        </Text>
      </div>
      <div className="playbook-row-last">
        <LastRun playbookId={playbook.playbookId} />
      </div>
      <div className="playbook-row-status">
        <StatusBadge status={playbook.status ?? "draft"} />
      </div>
      <div className="row-action playbook-row-switch">
        {mayEdit && canSwitch(playbook) ? <PauseSwitch playbook={playbook} onChanged={onChanged} /> : null}
      </div>
    </li>
  );
}

/** Why it is paused or can't run. */
export function restWords({ status, pausedBy }: ListedPlaybook): string | undefined {
  if (pausedBy === "tier") return "Not in your plan right now. It comes back, history included, when you upgrade.";
  if (pausedBy === "org") return "Paused because the account isn't active.";
  return status === "error" ? "It can't run. Open it to see what to fix." : undefined;
}

function LastRun({ playbookId }: { playbookId: string }) {
  const { orgId } = useSession();
  const { data } = useLiveList<ExecutionSummary>(runs(orgId, { playbookId }, 1));
  const last = data?.[0];
  if (!data) return null;
  if (!last)
    return (
      <Text size="sm" c="dimmed">
        No runs yet
      </Text>
    );
  return (
    <Group gap={6} wrap="nowrap">
      <StatusBadge status={last.status} />
      <Text size="sm" c="dimmed" className="number">
        <When at={last.createdAt} as="ago" />
      </Text>
    </Group>
  );
}
