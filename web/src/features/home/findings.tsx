import { Paper, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useLiveList } from "../../data/live";
import { useOrg } from "../../data/org";
import { findings } from "../../data/queries/home";
import { useSession } from "../../data/session";
import type { CompetitiveAction } from "../../data/types/documents";
import { isSameDay } from "../../format/time";
import { plain } from "../../format/words";
import { Shown } from "../../ui/states";
import { When } from "../../ui/when";
import { Section } from "./section";

/** Findings of competitor scans. */
export function Findings() {
  const { orgId } = useSession();
  const { zone } = useOrg();
  const live = useLiveList<CompetitiveAction>(findings(orgId));
  const [newest] = live.data ?? [];
  const isOfToday = newest?.updatedAt != null && isSameDay(newest.updatedAt, new Date(), zone);
  return (
    <Section
      title={newest && !isOfToday ? "Latest findings" : "Today’s findings"}
      to="/competitors"
      more="Competitors"
      isShown={newest !== undefined}
    >
      <Shown live={live} what="Findings" empty={<NoFindings />}>
        {(found) => (
          <Paper withBorder className="rows" component="ul" p={0} m={0}>
            {found.map((one) => (
              <FindingRow key={one.id} finding={one} />
            ))}
          </Paper>
        )}
      </Shown>
    </Section>
  );
}

function FindingRow({ finding }: { finding: CompetitiveAction }) {
  return (
    <li className="row home-finding">
      <Stack gap={2} miw={0}>
        <Link className="row-link" to={`/competitors/${encodeURIComponent(finding.competitorId)}`}>
          {plain(finding.trigger)}
        </Link>
        <Text size="sm" c="dimmed">
          {plain(finding.recommendation)}
        </Text>
      </Stack>
      <Text size="xs" c="dimmed" className="number">
        {finding.updatedAt && <When at={finding.updatedAt} as="ago" />}
      </Text>
    </li>
  );
}

function NoFindings() {
  return (
    <Paper withBorder p="md">
      <Text c="dimmed">
        No findings yet. They appear here when a scan finds competitors’ prices or menus to act on.
      </Text>
    </Paper>
  );
}
