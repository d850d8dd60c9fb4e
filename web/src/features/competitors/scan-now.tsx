/** Scans are playbook steps: offers playbooks that scan and starts the chosen one. */
import { Anchor, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useApi, useFetched } from "../../data/api";
import { useSession } from "../../data/session";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Shown } from "../../ui/states";

const SCAN = "scan_competitors";
const ARCHIVED = "archived";

interface Listed {
  items: { playbookId: string; name: string; status: string; steps: { action: string }[] }[];
}

export function ScanNow({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Scan now" centered>
      <Playbooks />
    </Modal>
  );
}

function Playbooks() {
  const playbooks = useFetched<Listed>("/playbooks?limit=100");
  return (
    <Shown live={playbooks} what="Your playbooks" onRetry={playbooks.reload}>
      {({ items }) => <Choice playbooks={items.filter(scans)} />}
    </Shown>
  );
}

const scans = ({ status, steps }: Listed["items"][number]) =>
  status !== ARCHIVED && steps.some(({ action }) => action === SCAN);

function Choice({ playbooks }: { playbooks: Listed["items"] }) {
  const { orgId } = useSession();
  const api = useApi();
  const navigate = useNavigate();
  const { busy, act } = useAct();
  // One key per dialog, so that a double click starts one run.
  const [key] = useState(() => crypto.randomUUID());

  const run = (playbookId: string) =>
    act(playbookId, async () => {
      const body = { triggeredBy: "manual", orgId };
      const path = `/playbooks/${encodeURIComponent(playbookId)}/execute`;
      const started = await api<{ executionId: string }>(path, {
        method: "POST",
        body,
        idempotencyKey: `${key}-${playbookId}`.slice(0, 255),
      });
      navigate(`/runs/${started.executionId}`);
    });

  if (playbooks.length === 0)
    return (
      <Text>
        No playbook scans your competitors yet.{" "}
        <Anchor component={Link} to="/chat" underline="always">
          Ask for one in chat
        </Anchor>
        : “Track my competitors' prices every morning.”
      </Text>
    );
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        These playbooks scan your competitors. Running one does everything it usually does, including sending messages.
      </Text>
      {playbooks.map(({ playbookId, name }) => (
        <Group key={playbookId} justify="space-between" wrap="nowrap">
          <Text style={{ overflowWrap: "anywhere" }}>{plain(name)}</Text>
          <Button
            size="xs"
            variant="default"
            loading={busy === playbookId}
            aria-label={`Run ${plain(name)}`}
            onClick={() => void run(playbookId)}
          >
            Run
          </Button>
        </Group>
      ))}
    </Stack>
  );
}
