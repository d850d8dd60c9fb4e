/** The org's alerts. Costs at most 26 reads (a page plus one), plus 1 for a linked alert. */
import { Button, Group, Paper, SegmentedControl, Select, Stack } from "@mantine/core";
import { type SetURLSearchParams, useSearchParams } from "react-router";
import { useApi } from "../../data/api";
import { type Live, useLiveList } from "../../data/live";
import { ALERTS_PAGE, type AlertFilter, alerts, unreadAlerts } from "../../data/queries/alerts";
import { useSession } from "../../data/session";
import type { InboxNotification } from "../../data/types/documents";
import { useAct } from "../../ui/act";
import { CheckIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Empty, Shown } from "../../ui/states";
import { AlertRow } from "./alert-row";
import "./alerts.css";
import { grouped } from "./groups";
import { Linked } from "./linked";
import { filterOf, having, monthAgo, nextUntil, opening } from "./params";
import { SEVERITIES, TYPES, typeName } from "./words";

interface ListProps {
  filter: AlertFilter;
  onChange: SetURLSearchParams;
}

export default function AlertsPage() {
  const { orgId } = useSession();
  const [params, setParams] = useSearchParams();
  const filter = filterOf(params);
  const open = params.get("alert");
  const live = useLiveList<InboxNotification>(alerts(orgId, monthAgo(), filter));
  return (
    <Page title="Alerts" lead="The last 30 days. Marking an alert as read marks it for everyone." actions={<MarkAll />}>
      <Filters filter={filter} onChange={setParams} />
      <Linked asked={open} listed={live.data ?? (live.error && [])} onClose={() => setParams(opening(null))} />
      <List live={live} open={open} filter={filter} onChange={setParams} />
    </Page>
  );
}

function MarkAll() {
  const { orgId } = useSession();
  const api = useApi();
  const { busy, act } = useAct();
  // Shared with the menu's query, so no extra reads.
  const unread = useLiveList(unreadAlerts(orgId)).data?.length ?? 0;
  const markAll = () => api("/alerts/mark-all-read", { method: "POST", body: {} });
  return (
    <Button
      variant="default"
      leftSection={<CheckIcon size={16} />}
      disabled={unread === 0}
      loading={busy === "mark"}
      onClick={() => void act("mark", markAll, "All alerts are marked as read.")}
    >
      Mark all as read
    </Button>
  );
}

function Filters({ filter, onChange }: ListProps) {
  const known = Object.keys(TYPES);
  const types = filter.type && !known.includes(filter.type) ? [...known, filter.type] : known;
  return (
    <Group gap="sm">
      <Select
        aria-label="Type"
        placeholder="All types"
        clearable
        w={220}
        data={types.map((value) => ({ value, label: typeName(value) }))}
        value={filter.type ?? null}
        onChange={(type) => onChange(having("type", type))}
        clearButtonProps={{ "aria-label": "All types" }}
      />
      <SegmentedControl
        aria-label="Severity"
        data={[{ value: "", label: "All" }, ...Object.entries(SEVERITIES).map(([value, label]) => ({ value, label }))]}
        value={filter.severity ?? ""}
        onChange={(severity) => onChange(having("severity", severity))}
      />
    </Group>
  );
}

function List({ live, open, filter, onChange }: ListProps & { live: Live<InboxNotification[]>; open: string | null }) {
  return (
    <Shown live={live} what="Your alerts" empty={<Nothing filter={filter} onChange={onChange} />}>
      {(found) => (
        <Stack gap="md">
          <Paper withBorder className="rows" component="ul" aria-label="Alerts" m={0} p={0}>
            {grouped(found.slice(0, ALERTS_PAGE)).map((group) => {
              const isOpen = group.all.some((one) => one.id === open);
              return (
                <AlertRow
                  // A group's oldest alert is a stable key.
                  key={group.all.at(-1)?.id}
                  group={group}
                  isOpen={isOpen}
                  onToggle={() => onChange(opening(isOpen ? null : group.newest.id), { replace: true })}
                />
              );
            })}
          </Paper>
          <Pages until={nextUntil(found)} filter={filter} onChange={onChange} />
        </Stack>
      )}
    </Shown>
  );
}

function Pages({ until, filter, onChange }: ListProps & { until: string | undefined }) {
  return (
    <Group justify="center">
      {filter.until ? (
        <Button variant="default" onClick={() => onChange(having("until", null))}>
          Newest
        </Button>
      ) : null}
      {until ? (
        <Button variant="default" onClick={() => onChange(having("until", until))}>
          Older
        </Button>
      ) : null}
    </Group>
  );
}

function Nothing({ filter, onChange }: ListProps) {
  if (!filter.type && !filter.severity && !filter.until)
    return <Empty title="All quiet">When a playbook fails or there's news about your shop, you'll see it here.</Empty>;
  return (
    <Empty
      title="No matching alerts"
      action={
        <Button variant="default" onClick={() => onChange({})}>
          Show all alerts
        </Button>
      }
    >
      Nothing in the last 30 days matches these filters.
    </Empty>
  );
}
