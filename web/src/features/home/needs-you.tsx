import { Group, Paper, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";
import { useLiveList } from "../../data/live";
import { pendingApprovals } from "../../data/queries/decisions";
import { failedRuns, newestSuggestions, pressingAlerts } from "../../data/queries/home";
import { useSession } from "../../data/session";
import type { ExecutionSummary, InboxNotification } from "../../data/types/documents";
import { AlertIcon, BellIcon, CheckIcon, CheckListIcon, type Icon, MoneyIcon } from "../../ui/icons";
import { Failure, RowsSkeleton } from "../../ui/states";
import { When } from "../../ui/when";
import type { Fields } from "../decisions/fields";
import { approvalOf, suggestionOf } from "../decisions/model";
import { decisionNeed, failureNeed, type Need, needsOf } from "./needs";
import { Section } from "./section";

const DAYS = 7;
const DAY = 86_400_000;
const ICONS: Record<Need["kind"], { icon: Icon; color: string }> = {
  decision: { icon: CheckListIcon, color: "violet" },
  suggestion: { icon: MoneyIcon, color: "teal" },
  failure: { icon: AlertIcon, color: "red" },
  alert: { icon: BellIcon, color: "orange" },
};

/** Decisions, failed runs and alerts; decisions only for users who can decide. */
export function NeedsYou() {
  const { needs, isKnown, error } = useNeeds();
  if (error) return <Failure title="What needs you can't be shown" error={error} />;
  return (
    <Section title="Needs you" to="/decisions" more="All decisions" isShown={needs.length > 0}>
      {!isKnown ? <RowsSkeleton rows={3} /> : needs.length ? <Needs needs={needs} /> : <NothingWaits />}
    </Section>
  );
}

function useNeeds() {
  const { orgId, mayEdit } = useSession();
  const since = useMemo(() => new Date(Math.floor(Date.now() / DAY - DAYS) * DAY), []);
  const asked = mayEdit ? orgId : null;
  const approvals = useLiveList<Fields>(asked ? pendingApprovals(asked) : null);
  const prices = useLiveList<Fields>(asked ? newestSuggestions(asked, "pricing_suggestions") : null);
  const campaigns = useLiveList<Fields>(asked ? newestSuggestions(asked, "campaign_drafts") : null);
  const stock = useLiveList<Fields>(asked ? newestSuggestions(asked, "inventory_recommendations") : null);
  const margins = useLiveList<Fields>(asked ? newestSuggestions(asked, "margin_optimizations") : null);
  const failures = useLiveList<ExecutionSummary>(failedRuns(orgId, since));
  const alerts = useLiveList<InboxNotification>(pressingAlerts(orgId));
  const decisions = [approvals, prices, campaigns, stock, margins];
  const all = [...(mayEdit ? decisions : []), failures, alerts];
  const undecided = [
    ...(approvals.data ?? []).map((one) => approvalOf(one)),
    ...(prices.data ?? []).map((one) => suggestionOf("pricing_suggestions", one)),
    ...(campaigns.data ?? []).map((one) => suggestionOf("campaign_drafts", one)),
    ...(stock.data ?? []).map((one) => suggestionOf("inventory_recommendations", one)),
    ...(margins.data ?? []).map((one) => suggestionOf("margin_optimizations", one)),
  ].filter((one) => one.status === "pending");
  const needs = [...undecided.map(decisionNeed), ...(failures.data ?? []).map(failureNeed)];
  return {
    needs: needsOf(needs, alerts.data ?? []),
    isKnown: all.every((one) => one.data !== undefined),
    error: all.find((one) => one.error)?.error,
  };
}

function Needs({ needs }: { needs: readonly Need[] }) {
  return (
    <Paper withBorder className="rows" component="ul" p={0} m={0}>
      {needs.map((need) => (
        <NeedRow key={`${need.kind}/${need.id}`} need={need} />
      ))}
    </Paper>
  );
}

function NeedRow({ need }: { need: Need }) {
  const { icon: Icon, color } = ICONS[need.kind];
  return (
    <li className="row home-row">
      <span className="home-icon" style={{ color: `var(--mantine-color-${color}-light-color)` }}>
        <Icon size={18} />
      </span>
      <Stack gap={0} miw={0}>
        <Link className="row-link" to={need.to}>
          {need.title}
        </Link>
        <Text size="sm" c="dimmed" truncate>
          {need.detail}
        </Text>
      </Stack>
      <Text size="xs" c="dimmed" className="number">
        <When at={need.at} as="ago" />
      </Text>
    </li>
  );
}

function NothingWaits() {
  return (
    <Paper withBorder p="md">
      <Group gap="sm" wrap="nowrap">
        <CheckIcon size={18} />
        <Text>You’re all caught up.</Text>
      </Group>
    </Paper>
  );
}
