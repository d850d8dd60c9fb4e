/** Deleted playbooks of the plan, to restore. */
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useApi, useFetched } from "../../data/api";
import type { DeletedPlaybook } from "../../data/types/api";
import { useAct } from "../../ui/act";

export function DeletedPlaybooks() {
  const api = useApi();
  const { busy, act } = useAct();
  const { data, reload } = useFetched<{ items: DeletedPlaybook[] }>("/playbooks?deleted=true");
  if (!data?.items.length) return null;
  const restore = async ({ playbookId, name }: DeletedPlaybook) => {
    const path = `/playbooks/${encodeURIComponent(playbookId)}/restore`;
    if (await act(playbookId, () => api(path, { method: "POST", body: {} }), `${name} is back.`)) reload();
  };
  return (
    <Stack gap="xs" component="section" aria-label="Deleted">
      <Title order={2} size="h5">
        Deleted
      </Title>
      <Text size="sm" c="dimmed">
        These come with your plan. You can bring them back at any time.
      </Text>
      <Paper withBorder className="rows" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {data.items.map((one) => (
          <li key={one.playbookId} className="row" style={{ gridTemplateColumns: "minmax(0, 1fr) auto" }}>
            <div>
              <Text fw={550}>{one.name}</Text>
              <Text size="sm" c="dimmed">
                {one.description}
              </Text>
            </div>
            <Group>
              <Button
                size="xs"
                variant="default"
                loading={busy === one.playbookId}
                onClick={() => void restore(one)}
                aria-label={`Restore ${one.name}`}
              >
                Restore
              </Button>
            </Group>
          </li>
        ))}
      </Paper>
    </Stack>
  );
}
