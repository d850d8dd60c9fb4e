/** A form for a playbook's limits: concurrent runs, runs per period, and the debounce of events. */
import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Problem } from "../../data/types/api";
import type { Playbook } from "../../data/types/documents";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { useFocusBack } from "../../ui/focus-back";
import { authoredOf } from "./authored";
import { fieldWords } from "./flow";
import {
  LONGEST_PAUSE_SECONDS,
  MOST_RUNS_AT_ONCE,
  PER_WORDS,
  type Per,
  paceOf,
  type Retries,
  type TriggerPace,
  withPace,
} from "./pace";
import { useCheck } from "./use-check";
import { emptiedIn, usePlaybookWrites } from "./use-playbook";

const PERS = Object.keys(PER_WORDS);
const RETRIES: { value: Retries; label: string }[] = [
  { value: "default", label: "Retry as usual" },
  { value: "own", label: "Retry after a time I choose" },
  { value: "none", label: "Don't retry" },
];

export default function PaceEditor({ playbook, onClose }: { playbook: Playbook; onClose: () => void }) {
  useFocusBack();
  const [form, setForm] = useState(() => paceOf(authoredOf(playbook)));
  const [problems, setProblems] = useState<Problem[]>([]);
  const check = useCheck();
  const { save } = usePlaybookWrites();
  const { busy, act } = useAct();
  const put = (changed: TriggerPace) =>
    setForm({ ...form, triggers: form.triggers.map((one) => (one.index === changed.index ? changed : one)) });
  const submit = async () => {
    const authored = withPace(authoredOf(playbook), form);
    const { triggers, concurrency, retryDelaysSeconds } = authored;
    const fields = {
      triggers,
      ...(concurrency ? { concurrency } : {}),
      ...(retryDelaysSeconds ? { retryDelaysSeconds } : {}),
    };
    let found: Problem[] = [];
    const ask = async () => {
      found = (await check(playbook, authored)).problems;
    };
    if (!(await act("save", ask))) return;
    setProblems(found);
    if (found.length > 0) return;
    const store = () => save(playbook, fields, emptiedIn(playbook, authored));
    if (await act("save", store, "Limits saved.")) onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Edit limits" size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          Runs over a limit aren't lost: they wait for their turn. Leave a field empty for no limit.
        </Text>
        <Count
          label="Runs at the same time"
          description="Use 1 if a run must end before the next one starts."
          max={MOST_RUNS_AT_ONCE}
          value={form.concurrency}
          onChange={(concurrency) => setForm({ ...form, concurrency })}
        />
        <Group align="flex-end" gap="sm">
          <Select
            label="When a run fails"
            data={RETRIES}
            value={form.retries}
            allowDeselect={false}
            onChange={(retries) => retries && setForm({ ...form, retries: retries as Retries })}
          />
          {form.retries === "own" ? (
            <TextInput
              label="Seconds before each retry"
              description="Up to three, for example 60, 600, 3600."
              value={form.delays}
              maxLength={40}
              onChange={({ currentTarget }) => setForm({ ...form, delays: currentTarget.value })}
            />
          ) : null}
        </Group>
        {form.triggers.map((one) => (
          <TriggerFields key={one.index} pace={one} onChange={put} />
        ))}
        {problems.length > 0 ? (
          <Alert color="red" title="Not saved" role="alert">
            {problems.map(({ field, message }) => (
              <Text key={field + message} size="sm" style={{ overflowWrap: "anywhere" }}>
                {field ? `${fieldWords(field, playbook.steps)}: ` : null}
                {plain(message)}
              </Text>
            ))}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={busy === "save"} onClick={() => void submit()}>
            Save limits
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function TriggerFields({ pace, onChange }: { pace: TriggerPace; onChange: (pace: TriggerPace) => void }) {
  return (
    <Stack gap="sm" component="fieldset" m={0} p={0} style={{ border: 0 }}>
      <Text component="legend" fw={600} size="sm">
        {pace.name}
      </Text>
      <Group align="flex-end" gap="sm">
        <Count
          label="Runs it may start"
          max={MOST_RUNS_AT_ONCE}
          value={pace.runs}
          onChange={(runs) => onChange({ ...pace, runs })}
        />
        <Select
          label="In any"
          data={PERS}
          value={pace.per}
          allowDeselect={false}
          onChange={(per) => per && onChange({ ...pace, per: per as Per })}
          w={120}
        />
      </Group>
      <Group align="flex-end" gap="sm">
        <Count
          label="Seconds to wait for more events"
          description="When several events come close together, only the last one starts a run."
          max={LONGEST_PAUSE_SECONDS}
          value={pace.seconds}
          onChange={(seconds) => onChange({ ...pace, seconds })}
        />
        {pace.seconds ? (
          <TextInput
            label="Separately for each"
            description="Empty: all events together."
            placeholder="event.customerId"
            value={pace.by}
            maxLength={300}
            onChange={({ currentTarget }) => onChange({ ...pace, by: currentTarget.value })}
          />
        ) : null}
      </Group>
    </Stack>
  );
}

function Count(props: {
  label: string;
  description?: string;
  max: number;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const { value, onChange, ...field } = props;
  return (
    <NumberInput
      {...field}
      min={1}
      allowDecimal={false}
      allowNegative={false}
      value={value ?? ""}
      onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
    />
  );
}
