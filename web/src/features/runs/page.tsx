/** All runs. On open: 25 reads of the list and, for editors, 1 of the newest bulk job. */
import { Button, Stack } from "@mantine/core";
import { useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { type Live, useLiveList } from "../../data/live";
import { useOrg } from "../../data/org";
import { RUNS_PER_PAGE, type RunFilter, runs as runsQuery } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { ExecutionSummary } from "../../data/types/documents";
import { Page } from "../../ui/page";
import { Empty, Shown } from "../../ui/states";
import { zoneName } from "../settings/zones";
import { BulkActions } from "./bulk-actions";
import { BulkProgress } from "./bulk-progress";
import { FilterBar } from "./filter-bar";
import { chosenIn, filterOf, isFiltered } from "./filters";
import { RunList } from "./run-list";

export default function RunsPage() {
  const { mayEdit } = useSession();
  const [params, setParams] = useSearchParams();
  const search = params.toString();
  const chosen = useMemo(() => chosenIn(new URLSearchParams(search)), [search]);
  const filter = useMemo(() => filterOf(chosen, Date.now()), [chosen]);
  const change = (name: string, value: string | null) =>
    setParams((before) => {
      if (value) before.set(name, value);
      else before.delete(name);
      return before;
    });
  return (
    <Page
      title="Runs"
      lead="Everything your playbooks did, newest first."
      actions={mayEdit ? <BulkActions filter={filter} /> : null}
    >
      <Stack gap="md">
        <FilterBar chosen={chosen} onChange={change} onClear={() => setParams({})} />
        {mayEdit ? <BulkProgress /> : null}
        {/* The key: another question begins with its first page. */}
        <FoundRuns key={search} filter={filter} isFiltered={isFiltered(chosen)} />
      </Stack>
    </Page>
  );
}

function FoundRuns({ filter, isFiltered }: { filter: RunFilter; isFiltered: boolean }) {
  const { orgId } = useSession();
  const [limit, setLimit] = useState(RUNS_PER_PAGE);
  const asked = useLiveList<ExecutionSummary>(runsQuery(orgId, filter, limit));
  const live = useKept(asked);
  return (
    <Shown live={live} what="Runs" empty={<NoRuns isFiltered={isFiltered} />}>
      {(found) => (
        <>
          <RunList runs={found} />
          {found.length >= limit || asked.data === undefined ? (
            <Button
              variant="default"
              w="fit-content"
              loading={asked.data === undefined}
              onClick={() => setLimit(limit + RUNS_PER_PAGE)}
            >
              Show more
            </Button>
          ) : null}
        </>
      )}
    </Shown>
  );
}

/** The last data while loading more. */
function useKept<T>(live: Live<T>): Live<T> {
  const kept = useRef(live);
  if (live.data !== undefined || live.error) kept.current = live;
  return kept.current;
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  const { zone } = useOrg();
  return isFiltered ? (
    <Empty title="No runs match">Try another status, playbook or time.</Empty>
  ) : (
    <Empty title="Nothing has run yet">
      When a playbook runs, you can follow each of its steps here. Times are in {zoneName(zone)} time.
    </Empty>
  );
}
