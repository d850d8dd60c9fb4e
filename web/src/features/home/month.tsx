import { Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useFetched } from "../../data/api";
import type { MetricMonth, Usage } from "../../data/types/api";
import { cost, count, dollars, percent } from "../../format/money";
import { Shown } from "../../ui/states";
import { colorOf, fillOf, NOUNS } from "../usage/words";
import { Section } from "./section";

const SHOWN_METRICS = 4;

/** This month's cost, and the limits closest to being reached. */
export function Month() {
  const live = useFetched<Usage>("/usage");
  return (
    <Section title="This month" to="/usage" more="Usage" isShown={live.data !== undefined}>
      <Shown live={live} what="This month" onRetry={live.reload}>
        {(usage) => <Spent usage={usage} />}
      </Shown>
    </Section>
  );
}

function Spent({ usage }: { usage: Usage }) {
  const { monthlyUsd, spentUsd } = usage.budget;
  const [month] = usage.items;
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <Group justify="space-between" align="baseline">
          <Text size="xl" fw={650} className="number">
            {cost(spentUsd)}
          </Text>
          <Text size="sm" c="dimmed">
            {monthlyUsd ? `of ${dollars(monthlyUsd)} budget` : "spent on runs"}
          </Text>
        </Group>
        {month?.problem ? <Text c="dimmed">Limits can’t be shown: {month.problem}</Text> : null}
        {closestToLimits(month?.metrics ?? []).map((metric) => (
          <Meter key={metric.metric} metric={metric} />
        ))}
        {month?.overageCharges?.total ? (
          <Text size="sm">Over your limits: {dollars(month.overageCharges.total)} so far</Text>
        ) : null}
      </Stack>
    </Paper>
  );
}

const closestToLimits = (metrics: readonly MetricMonth[]) =>
  metrics
    .filter((one) => one.limit > 0)
    .sort((one, other) => (other.percent ?? 0) - (one.percent ?? 0))
    .slice(0, SHOWN_METRICS);

function Meter({ metric }: { metric: MetricMonth }) {
  const share = metric.percent ?? 0;
  const name = NOUNS[metric.metric].title;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm">{name}</Text>
        <Text size="sm" c="dimmed" className="number">
          {count(metric.used)} of {count(metric.limit)}
        </Text>
      </Group>
      <Progress
        value={fillOf(metric)}
        color={colorOf(metric)}
        size="sm"
        aria-label={`${name}: ${percent(share)} used`}
      />
    </Stack>
  );
}
