import { Paper, Skeleton, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "react-router";
import { useLiveDocument, useLiveList } from "../../data/live";
import { nextSchedules, plansPlaybooks } from "../../data/queries/home";
import { playbookSummary } from "../../data/queries/playbooks";
import { useSession } from "../../data/session";
import type { PlaybookSummary, ScheduleRecord } from "../../data/types/documents";
import { plain } from "../../format/words";
import { RowsSkeleton, Shown } from "../../ui/states";
import { When } from "../../ui/when";
import { type Due, mergedRuns } from "./due";
import { Section } from "./section";

export function NextRuns() {
  const { orgId } = useSession();
  const now = useMemo(() => new Date(), []);
  const own = useLiveList<ScheduleRecord>(nextSchedules(orgId, now));
  const plans = useLiveList<PlaybookSummary>(plansPlaybooks(orgId));
  const due = mergedRuns(own.data ?? [], plans.data ?? [], now);
  const live = plans.data ? own : { data: undefined, error: own.error ?? plans.error };
  return (
    <Section title="Next runs" to="/playbooks" more="All playbooks" isShown={due.length > 0}>
      <Shown live={live} what="Next runs" loading={<RowsSkeleton rows={3} />} empty={<Runs due={due} />}>
        {() => <Runs due={due} />}
      </Shown>
    </Section>
  );
}

function Runs({ due }: { due: readonly Due[] }) {
  if (!due.length)
    return (
      <Paper withBorder p="md">
        <Text c="dimmed">Nothing is scheduled. Describe above what to do and when.</Text>
      </Paper>
    );
  return (
    <Paper withBorder className="rows" component="ul" p={0} m={0}>
      {due.map((one) => (
        <DueRow key={one.playbookId} due={one} />
      ))}
    </Paper>
  );
}

function DueRow({ due }: { due: Due }) {
  const { orgId } = useSession();
  const { data } = useLiveDocument<PlaybookSummary>(due.name ? null : playbookSummary(orgId, due.playbookId));
  const name = due.name ?? data?.name;
  return (
    <li className="row home-due">
      <Stack gap={0} miw={0}>
        <Link className="row-link" to={`/playbooks/${encodeURIComponent(due.playbookId)}`}>
          {name ? (
            plain(name)
          ) : (
            <Skeleton component="span" display="inline-block" h={14} w={140} aria-label="Loading" />
          )}
        </Link>
        <Text size="sm" c="dimmed">
          <When at={due.at} as="calendar" />
        </Text>
      </Stack>
      <Text size="sm" className="number">
        <When at={due.at} as="until" />
      </Text>
    </li>
  );
}
