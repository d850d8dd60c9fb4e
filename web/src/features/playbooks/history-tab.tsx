/** Earlier versions with their changes, and restoring them. 20 reads. */
import { Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useLiveList } from "../../data/live";
import { playbookVersions } from "../../data/queries/playbooks";
import { useSession } from "../../data/session";
import type { Playbook, PlaybookVersion } from "../../data/types/documents";
import { counted } from "../../format/money";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { Empty, Shown } from "../../ui/states";
import { When } from "../../ui/when";
import type { Authored } from "./authored";
import { type Difference, differences, MOST_DIFFERENCES } from "./diff";
import { usePlaybookWrites } from "./use-playbook";

export default function HistoryTab({ playbook }: { playbook: Playbook }) {
  const { orgId } = useSession();
  const live = useLiveList<PlaybookVersion>(playbookVersions(orgId, playbook.id));
  const [chosen, choose] = useState<PlaybookVersion>();
  const { save } = usePlaybookWrites();
  const { busy, act } = useAct();
  const newest = live.data?.[0];
  const restore = async () => {
    if (!chosen?.content) return;
    const content = chosen.content;
    // Fields added since this version are removed.
    const emptied = Object.keys(newest?.content ?? {}).filter((name) => !(name in content));
    const done = "Restored. The previous version is still in the history.";
    if (await act("restore", () => save(playbook, content as Partial<Authored>, emptied), done)) choose(undefined);
  };
  return (
    <Shown
      live={live}
      what="Its history"
      empty={<Empty title="No history yet">Each edit from now on is listed here with what it changed.</Empty>}
    >
      {(versions) => (
        <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
          {versions.map((one, index) => (
            <li key={one.id}>
              <Version
                version={one}
                before={versions[index + 1]}
                isNewest={index === 0}
                onRestore={() => choose(one)}
              />
            </li>
          ))}
          <Confirm
            opened={chosen !== undefined}
            title="Go back to this version?"
            confirm="Restore"
            busy={busy === "restore"}
            onConfirm={() => void restore()}
            onClose={() => choose(undefined)}
          >
            This brings back the steps and schedule of that version. The playbook stays on or paused as it is now, and
            runs in progress finish as they started.
          </Confirm>
        </Stack>
      )}
    </Shown>
  );
}

function Version(props: {
  version: PlaybookVersion;
  before: PlaybookVersion | undefined;
  isNewest: boolean;
  onRestore: () => void;
}) {
  const { version, before, isNewest } = props;
  const { uid } = useSession();
  const changes = useMemo(
    () => (before?.content && version.content ? differences(before.content, version.content) : undefined),
    [before, version],
  );
  const by = !version.editedBy ? "Playbooks" : version.editedBy === uid ? "You" : teammate(version.editedBy);
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Group gap="xs">
            <Text fw={550}>
              <When at={version.editedAt} as="calendar" />
            </Text>
            {isNewest ? (
              <Badge variant="light" tt="none" size="sm">
                Now
              </Badge>
            ) : null}
          </Group>
          <Text size="sm" c="dimmed">
            {version.isFirst ? `Created by ${by === "You" ? "you" : by}` : `${by} made ${edits(changes)}`}
          </Text>
        </div>
        {isNewest || !version.content ? null : (
          <Button size="xs" variant="default" onClick={props.onRestore}>
            Restore
          </Button>
        )}
      </Group>
      {changes && changes.length > 0 ? (
        <details className="flow-details" open={isNewest}>
          <summary>What changed</summary>
          <Stack gap="sm" mt="sm">
            {changes.map((one) => (
              <Change key={one.path} change={one} />
            ))}
          </Stack>
        </details>
      ) : null}
    </Card>
  );
}

const teammate = (by: string) => (by.startsWith("agent:") ? plain(by.slice("agent:".length)) : "A teammate");

function edits(changes: readonly Difference[] | undefined): string {
  if (!changes) return "an edit";
  return changes.length >= MOST_DIFFERENCES ? "many changes" : counted(changes.length, "change");
}

function Change({ change }: { change: Difference }) {
  return (
    <div>
      <Text size="sm" fw={550}>
        {change.field}
      </Text>
      {change.before === undefined ? null : (
        <pre className="change change-before">
          <span className="visually-hidden">Before: </span>
          {change.before || "(empty)"}
        </pre>
      )}
      {change.after === undefined ? null : (
        <pre className="change change-after">
          <span className="visually-hidden">After: </span>
          {change.after || "(empty)"}
        </pre>
      )}
    </div>
  );
}
