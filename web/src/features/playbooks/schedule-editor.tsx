/** The schedules of a playbook as a form, with what they come to as the server reads them. */
import {
  ActionIcon,
  Alert,
  Button,
  Checkbox,
  Divider,
  Group,
  Modal,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import { useOrg } from "../../data/org";
import type { Checked } from "../../data/types/api";
import type { Playbook, ScheduleTrigger } from "../../data/types/documents";
import { plain, sentence } from "../../format/words";
import { useAct } from "../../ui/act";
import { PlusIcon, TrashIcon } from "../../ui/icons";
import { When } from "../../ui/when";
import { authoredOf } from "./authored";
import { fieldWords } from "./flow";
import {
  cronOf,
  formOf,
  formProblem,
  newForm,
  RHYTHMS,
  type Rhythm,
  type ScheduleForm,
  WEEKDAYS,
} from "./schedule-form";
import { useCheck } from "./use-check";
import { usePlaybookWrites } from "./use-playbook";

/** A schedule in the editor: as a form, or as it was written where no form says the same. */
interface Entry {
  key: string;
  original: ScheduleTrigger | undefined;
  form: ScheduleForm | undefined;
}

type Triggers = Playbook["triggers"];

export default function ScheduleEditor({ playbook, onClose }: { playbook: Playbook; onClose: () => void }) {
  const { zone } = useOrg();
  const { save } = usePlaybookWrites();
  const { busy, act } = useAct();
  const [entries, setEntries] = useState<Entry[]>(() => entriesOf(playbook.triggers, zone));
  const triggers = useMemo(() => triggersOf(playbook.triggers, entries), [playbook.triggers, entries]);
  const problem = entries.map((one) => one.form && formProblem(one.form)).find(Boolean);
  const checked = useChecked(playbook, problem ? undefined : triggers);
  const put = (key: string, form: ScheduleForm) =>
    setEntries((before) => before.map((one) => (one.key === key ? { ...one, form } : one)));
  const submit = async () => {
    if (await act("save", () => save(playbook, { triggers }), "Schedule saved.")) onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Edit schedule" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <Stack>
        {entries.length === 0 ? (
          <Text size="sm" c="dimmed">
            {playbook.source === "catalog"
              ? "This playbook comes with your plan and keeps its own time. You can add more times here."
              : "It has no set times. It runs by hand, or on its events."}
          </Text>
        ) : null}
        {entries.map((entry, index) => (
          <Stack key={entry.key} gap="sm" component="fieldset" m={0} p={0} style={{ border: 0 }}>
            {index > 0 ? <Divider /> : null}
            <Group justify="space-between" component="legend" w="100%">
              <Text fw={600} size="sm">
                Schedule {index + 1}
              </Text>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove schedule ${index + 1}`}
                onClick={() => setEntries((before) => before.filter((one) => one.key !== entry.key))}
              >
                <TrashIcon size={16} />
              </ActionIcon>
            </Group>
            {entry.form ? (
              <Fields form={entry.form} onChange={(form) => put(entry.key, form)} />
            ) : (
              <Text size="sm" c="dimmed">
                This schedule is too special for the form. Change it in JSON, or ask in chat.
              </Text>
            )}
          </Stack>
        ))}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<PlusIcon size={14} />}
            onClick={() =>
              setEntries((before) => [
                ...before,
                { key: crypto.randomUUID(), original: undefined, form: newForm(zone) },
              ])
            }
          >
            Add a schedule
          </Button>
        </Group>
        <Preview problem={problem} checked={checked} playbook={playbook} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={busy === "save"}
            disabled={Boolean(problem) || !checked || checked.problems.length > 0}
            onClick={() => void submit()}
          >
            Save schedule
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function entriesOf(triggers: Triggers, zone: string): Entry[] {
  const schedules = (Array.isArray(triggers) ? triggers : []).filter(
    (one): one is ScheduleTrigger => one?.type === "schedule",
  );
  return schedules.map((original, index) => ({
    key: original.id ?? String(index),
    original,
    form: formOf({ ...original, timezone: original.timezone || zone }),
  }));
}

/** The others stay as they are; a changed one keeps its id, and with it its place in the history of runs. */
function triggersOf(before: Triggers, entries: readonly Entry[]): Triggers {
  const others = (Array.isArray(before) ? before : []).filter((one) => one?.type !== "schedule");
  return [...entries.map(triggerOf), ...others];
}

function triggerOf({ original, form }: Entry): ScheduleTrigger {
  if (!form) return original as ScheduleTrigger;
  const { occurrence: _, ...kept } = original ?? { type: "schedule" as const };
  const { cron, timezone, occurrence } = cronOf(form);
  return { ...kept, type: "schedule", cron, timezone, ...(occurrence ? { occurrence } : {}) };
}

/** What the server says of the triggers; none while it is asked. */
function useChecked(playbook: Playbook, triggers: Triggers | undefined): Checked | undefined {
  const check = useCheck();
  const text = JSON.stringify(triggers ?? null);
  const [settled] = useDebouncedValue(text, 250);
  const [state, setState] = useState<{ text: string; checked: Checked }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: an edit elsewhere does not ask again.
  useEffect(() => {
    if (settled === "null") return;
    const abort = new AbortController();
    const failed = (error: Error): Checked => ({
      problems: [{ field: "", message: error.message }],
      schedules: [],
    });
    check(playbook, { ...authoredOf(playbook), triggers: JSON.parse(settled) as Triggers }, abort.signal)
      .catch(failed)
      .then((checked) => {
        if (!abort.signal.aborted) setState({ text: settled, checked });
      });
    return () => abort.abort();
  }, [settled]);
  return state?.text === text ? state.checked : undefined;
}

function Preview(props: { problem: string | undefined; checked: Checked | undefined; playbook: Playbook }) {
  const { problem, checked, playbook } = props;
  if (problem)
    return (
      <Text size="sm" c="red" role="alert">
        {problem}
      </Text>
    );
  if (!checked)
    return (
      <Text size="sm" c="dimmed" aria-live="polite">
        Looking up the next runs…
      </Text>
    );
  if (checked.problems.length > 0)
    return (
      <Alert color="red" title="This can't be saved yet">
        {checked.problems.map(({ field, message }) => (
          <Text key={field + message} size="sm" style={{ overflowWrap: "anywhere" }}>
            {field ? `${fieldWords(field, playbook.steps)}: ` : null}
            {plain(message)}
          </Text>
        ))}
      </Alert>
    );
  return (
    <Stack gap="sm" aria-live="polite" data-preview>
      {checked.schedules.map((one) => (
        <div key={one.triggerId}>
          <Text size="sm" fw={550}>
            {sentence(one.words)}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            Next:{" "}
            {one.nextRuns.map((at, index) => (
              <span key={at} className="number">
                {index > 0 ? " · " : null}
                <When at={at} as="calendar" />
              </span>
            ))}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

const MONTH_DAYS = [
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })),
  { value: "last", label: "Last day" },
];
const ZONES = Intl.supportedValuesOf("timeZone");

function Fields({ form, onChange }: { form: ScheduleForm; onChange: (form: ScheduleForm) => void }) {
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        <Select
          label="How often"
          data={RHYTHMS}
          value={form.rhythm}
          allowDeselect={false}
          onChange={(value) => value && onChange({ ...form, rhythm: value as Rhythm })}
          w={190}
        />
        {form.rhythm === "monthly" ? (
          <Select
            label="Day of the month"
            data={MONTH_DAYS}
            value={String(form.monthDay)}
            allowDeselect={false}
            searchable
            onChange={(value) => value && onChange({ ...form, monthDay: value === "last" ? "last" : Number(value) })}
            w={140}
          />
        ) : null}
        <Select
          label="Time zone"
          data={ZONES.includes(form.zone) ? ZONES : [form.zone, ...ZONES]}
          value={form.zone}
          allowDeselect={false}
          searchable
          limit={50}
          onChange={(value) => value && onChange({ ...form, zone: value })}
          w={220}
        />
      </Group>
      {form.rhythm === "weekly" ? <Weekdays form={form} onChange={onChange} /> : null}
      <Times form={form} onChange={onChange} />
    </Stack>
  );
}

function Weekdays({ form, onChange }: { form: ScheduleForm; onChange: (form: ScheduleForm) => void }) {
  return (
    <Checkbox.Group
      label="On"
      value={form.weekdays.map(String)}
      onChange={(days) => onChange({ ...form, weekdays: days.map(Number).sort((a, b) => a - b) })}
    >
      <Group gap="sm" mt={4}>
        {[1, 2, 3, 4, 5, 6, 0].map((day) => (
          <Checkbox key={day} value={String(day)} label={WEEKDAYS[day]} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Times({ form, onChange }: { form: ScheduleForm; onChange: (form: ScheduleForm) => void }) {
  const put = (index: number, time: string) =>
    onChange({ ...form, times: form.times.map((one, at) => (at === index ? time : one)) });
  if (form.rhythm === "hourly")
    return (
      <Select
        label="Minutes past the hour"
        data={Array.from({ length: 60 }, (_, minute) => String(minute))}
        value={String(Number((form.times[0] ?? "00:00").slice(3)))}
        allowDeselect={false}
        searchable
        onChange={(value) => value && onChange({ ...form, times: [`00:${value.padStart(2, "0")}`] })}
        w={190}
      />
    );
  return (
    <Group align="flex-end" gap="sm">
      {form.times.map((time, index) => (
        <TextInput
          // biome-ignore lint/suspicious/noArrayIndexKey: a time is known by its place.
          key={index}
          type="time"
          label={index === 0 ? "At" : `And at (${index + 1})`}
          value={time}
          onChange={(event) => put(index, event.currentTarget.value)}
          w={130}
        />
      ))}
      {form.times.length < 6 ? (
        <Button
          size="sm"
          variant="subtle"
          onClick={() => onChange({ ...form, times: [...form.times, `17:${form.times[0]?.slice(3) ?? "00"}`] })}
        >
          Another time
        </Button>
      ) : null}
      {form.times.length > 1 ? (
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          onClick={() => onChange({ ...form, times: form.times.slice(0, -1) })}
        >
          Remove the last
        </Button>
      ) : null}
    </Group>
  );
}
