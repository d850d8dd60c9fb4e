import { Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { useFetched } from "../../data/api";
import type { PlaybookCosts } from "../../data/types/api";
import { cost, counted } from "../../format/money";
import { plain } from "../../format/words";
import { Shown } from "../../ui/states";
import "./usage.css";

/** The month's cost per playbook, as bars. */
export function CostsByPlaybook({ month }: { month: string }) {
  const costs = useFetched<PlaybookCosts>(`/usage/${month}/playbooks`);
  return (
    <Stack gap="sm" component="section" aria-labelledby="costs">
      <Title order={2} size="h4" id="costs">
        Cost by playbook
      </Title>
      <Shown live={costs} what="The costs" onRetry={costs.reload}>
        {(found) => <Bars costs={found} />}
      </Shown>
    </Stack>
  );
}

interface Bar {
  key: string;
  name: string;
  to?: string;
  runs: number;
  costUsd: number;
}

function Bars({ costs }: { costs: PlaybookCosts }) {
  const bars: Bar[] = costs.items.map((item) => ({
    key: item.playbookId,
    name: plain(item.name),
    to: `/playbooks/${encodeURIComponent(item.playbookId)}`,
    runs: item.runs,
    costUsd: item.costUsd,
  }));
  if (costs.others) bars.push({ key: "", name: "Other and deleted playbooks", ...costs.others });
  if (bars.length === 0)
    return (
      <Paper withBorder p="md">
        <Text c="dimmed">Nothing ran in this month.</Text>
      </Paper>
    );
  const most = Math.max(...bars.map((bar) => bar.costUsd));
  return (
    <Paper withBorder className="rows" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
      {bars.map(({ key, name, to, runs, costUsd }) => (
        <li key={key} className="row cost-row">
          {to ? (
            <Link className="row-link" to={to}>
              {name}
            </Link>
          ) : (
            <Text component="span">{name}</Text>
          )}
          <span className="bar" aria-hidden>
            <span style={{ width: `${most > 0 ? (costUsd / most) * 100 : 0}%` }} />
          </span>
          <Text size="sm" c="dimmed" className="number">
            {counted(runs, "run")}
          </Text>
          <Text size="sm" fw={600} className="number">
            {cost(costUsd)}
          </Text>
        </li>
      ))}
    </Paper>
  );
}
