import { Group, Paper, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import type { MetricMonth } from "../../data/types/api";
import { AlertIcon } from "../../ui/icons";
import { colorOf, fillOf, NOUNS, usedWords, warningWords } from "./words";

/** Limited metrics and their limits. */
export function Gauges({ metrics }: { metrics: readonly MetricMonth[] }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="sm">
      {metrics.map((use) => (
        <Gauge key={use.metric} use={use} />
      ))}
    </SimpleGrid>
  );
}

function Gauge({ use }: { use: MetricMonth }) {
  const { title } = NOUNS[use.metric];
  const warning = warningWords(use);
  return (
    <Paper withBorder p="md" data-metric={use.metric}>
      <Stack gap={6}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="sm" c="dimmed" className="used">
          {usedWords(use)}
        </Text>
        {use.limit > 0 || use.used > 0 ? (
          use.limit < 0 ? null : (
            <Progress value={fillOf(use)} color={colorOf(use)} size="sm" aria-label={`${title}: ${usedWords(use)}`} />
          )
        ) : null}
        {warning ? (
          <Group gap={6} wrap="nowrap" c={colorOf(use) === "red" ? "var(--mantine-color-error)" : "dimmed"}>
            <AlertIcon size={16} />
            <Text size="sm" fw={600} component="span">
              {warning}
            </Text>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}
