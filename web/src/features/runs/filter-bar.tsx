import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { useLiveList } from "../../data/live";
import { playbookNames } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { PlaybookSummary } from "../../data/types/documents";
import { label, plain } from "../../format/words";
import { type Chosen, isFiltered, STATUSES, TIMES } from "./filters";
import { TRIGGERS } from "./words";
import "./runs.css";

interface Props {
  chosen: Chosen;
  /** Sets or removes a URL parameter. */
  onChange: (name: string, value: string | null) => void;
  onClear: () => void;
}

export function FilterBar({ chosen, onChange, onClear }: Props) {
  return (
    <search className="run-filters" aria-label="Filter runs">
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={[...STATUSES]}
        value={chosen.status}
        onChange={(value) => onChange("status", value)}
        clearable
        clearButtonProps={{ "aria-label": "Any status" }}
      />
      <PlaybookSelect value={chosen.playbookId} onChange={(value) => onChange("playbook", value)} />
      <Select
        aria-label="Trigger"
        placeholder="Any trigger"
        data={[...TRIGGERS]}
        value={chosen.trigger}
        onChange={(value) => onChange("trigger", value)}
        clearable
        clearButtonProps={{ "aria-label": "Any trigger" }}
      />
      <Select
        aria-label="Time"
        placeholder="Any time"
        data={TIMES.map(({ value, label: words }) => ({ value, label: words }))}
        value={chosen.time}
        onChange={(value) => onChange("time", value)}
        clearable
        clearButtonProps={{ "aria-label": "Any time" }}
      />
      {isFiltered(chosen) ? (
        <Button variant="subtle" size="xs" onClick={onClear}>
          Clear filters
        </Button>
      ) : null}
    </search>
  );
}

/** Loads names when the choice is opened or already set. */
function PlaybookSelect({ value, onChange }: { value: string | null; onChange: (value: string | null) => void }) {
  const { orgId } = useSession();
  const [isAsked, setAsked] = useState(false);
  const { data } = useLiveList<PlaybookSummary>(isAsked ? playbookNames(orgId) : null);
  const names = (data ?? []).map((one) => ({ value: one.playbookId, label: plain(one.name) }));
  const isKnown = value === null || names.some((one) => one.value === value);
  return (
    <Select
      aria-label="Playbook"
      placeholder="Any playbook"
      data={isKnown || value === null ? names : [...names, { value, label: label(value) }]}
      value={value}
      onChange={onChange}
      onFocus={() => setAsked(true)}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Any playbook" }}
      nothingFoundMessage={data ? "No playbook has that name" : "Loading…"}
    />
  );
}
