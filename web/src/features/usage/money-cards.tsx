import { Anchor, Group, Paper, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Budget, OverageCharges, UsageMonth } from "../../data/types/api";
import { cost, dollars, percent } from "../../format/money";
import { AlertIcon } from "../../ui/icons";

const WARNS_AT = 80;
const USED_UP = 100;

/** The month's cost. The budget is only shown for the current month. */
export function MoneyCards({ month, budget }: { month: UsageMonth; budget: Budget | undefined }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: budget ? 3 : 2 }} spacing="sm">
      <Card label="Extra charges" name="overage">
        <Text size="xl" fw={650} className="number">
          {dollars(month.overageCharges?.total ?? 0)}
        </Text>
        <Text size="sm" c="dimmed">
          {month.overageCharges ? chargeWords(month.overageCharges) : null}
        </Text>
      </Card>
      <Card label="Cost of runs" name="cost">
        <Text size="xl" fw={650} className="number">
          {cost(month.costUsd ?? 0)}
        </Text>
        <Text size="sm" c="dimmed">
          What your playbooks spent on messages, menu scans, and AI.
        </Text>
      </Card>
      {budget ? <BudgetCard budget={budget} /> : null}
    </SimpleGrid>
  );
}

function Card({ label, name, children }: { label: string; name: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" data-figure={name}>
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {label}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}

/** "Texts $0.60 · emails $0.10". */
function chargeWords({ sms, email, creativeAssets, total }: OverageCharges): string {
  if (total === 0) return "Nothing beyond your plan.";
  const parts = [
    ["texts", sms],
    ["emails", email],
    ["creative assets", creativeAssets],
  ] as const;
  const words = parts.filter(([, usd]) => usd > 0).map(([name, usd]) => `${name} ${dollars(usd)}`);
  return `Beyond your plan: ${words.join(", ")}.`;
}

function BudgetCard({ budget }: { budget: Budget }) {
  const { monthlyUsd, spentUsd } = budget;
  if (monthlyUsd === undefined || monthlyUsd === null)
    return (
      <Card label="Budget" name="budget">
        <Text size="xl" fw={650}>
          No budget
        </Text>
        <Text size="sm" c="dimmed">
          The owner can set one in <SettingsLink />. Once it's used up, optional AI steps pause until next month.
        </Text>
      </Card>
    );
  const spent = budget.percent ?? USED_UP;
  const color = spent >= USED_UP ? "red" : spent >= WARNS_AT ? "orange" : "teal";
  return (
    <Card label="Budget" name="budget">
      <Text size="xl" fw={650} className="number">
        {cost(spentUsd)} of {dollars(monthlyUsd)}
      </Text>
      <Progress
        value={Math.min(USED_UP, spent)}
        color={color}
        size="sm"
        aria-label={`Budget: ${percent(spent)} spent`}
      />
      <Group gap={6} wrap="nowrap" c={color === "red" ? "var(--mantine-color-error)" : "dimmed"}>
        {spent >= WARNS_AT ? <AlertIcon size={16} /> : null}
        <Text size="sm" component="span">
          {spent >= USED_UP ? "Used up: optional AI steps are paused until next month." : `${percent(spent)} spent.`}
        </Text>
      </Group>
    </Card>
  );
}

function SettingsLink() {
  return (
    <Anchor component={Link} to="/settings/organization" inherit underline="always">
      settings
    </Anchor>
  );
}
