/** A form for schedules, with the server's reading of them. */
import { ActionIcon, Alert, Button, Divider, Group, Modal, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useMemo, useState } from "react";
import { useOrg } from "../../data/org";
import type { Checked } from "../../data/types/api";
import type { OnceTrigger, Playbook, ScheduleTrigger } from "../../data/types/documents";
import { plain, sentence } from "../../format/words";
import { useAct } from "../../ui/act";
import { useFocusBack } from "../../ui/focus-back";
import { PlusIcon, TrashIcon } from "../../ui/icons";
import { When } from "../../ui/when";
import { authoredOf } from "./authored";
import { fieldWords } from "./flow";
import { ScheduleFields } from "./schedule-fields";
import { formOf, formProblem, newForm, type ScheduleForm, type Timed, triggerOf } from "./schedule-form";
import { useCheck } from "./use-check";
import { usePlaybookWrites } from "./use-playbook";

/** A schedule as a form, or raw if no form can express it. */
interface Entry {
  key: string;
  original: TimedTrigger | undefined;
  form: ScheduleForm | undefined;
}

type TimedTrigger = ScheduleTrigger | OnceTrigger;
type Triggers = Playbook["triggers"];

export default function ScheduleEditor({ playbook, onClose }: { playbook: Playbook; onClose: () => void }) {
  useFocusBack();
  const { zone } = useOrg();
  const { save } = usePlaybookWrites();
  const { busy, act } = useAct();
  const written = useMemo(() => authoredOf(playbook).triggers, [playbook]);
  const [entries, setEntries] = useState<Entry[]>(() => entriesOf(written, zone));
  const triggers = useMemo(() => triggersOf(written, entries), [written, entries]);
  const problem = entries.map((one) => one.form && formProblem(one.form)).find(Boolean);
  const checked = useChecked(playbook, problem ? undefined : triggers);
  const put = (key: string, form: ScheduleForm) =>
    setEntries((before) => before.map((one) => (one.key === key ? { ...one, form } : one)));
  const submit = async () => {
    if (await act("save", () => save(playbook, { triggers }), "Schedule saved.")) onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Edit schedule" size="lg">
      <Stack>
        {entries.length === 0 ? (
          <Text size="sm" c="dimmed">
            {playbook.source === "catalog"
              ? "This playbook comes with your plan and keeps its own time. You can add more times here."
              : "No set times. It runs when you start it or when its events happen."}
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
              <ScheduleFields form={entry.form} onChange={(form) => put(entry.key, form)} />
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

const isTimed = (one: Triggers[number] | null | undefined): one is TimedTrigger =>
  one?.type === "schedule" || one?.type === "once";

function entriesOf(triggers: Triggers, zone: string): Entry[] {
  return (Array.isArray(triggers) ? triggers : []).filter(isTimed).map((original, index) => ({
    key: original.id ?? String(index),
    original,
    form: formOf(original.type === "once" ? original : { ...original, timezone: original.timezone || zone }, zone),
  }));
}

/** Other triggers are unchanged; an edited one keeps its id and thus its run history. */
function triggersOf(before: Triggers, entries: readonly Entry[]): Triggers {
  const others = (Array.isArray(before) ? before : []).filter((one) => !isTimed(one));
  return [...entries.map(triggerIn), ...others] as Triggers;
}

function triggerIn({ original, form }: Entry): Timed | TimedTrigger {
  if (!form) return original as TimedTrigger;
  const said = triggerOf(form);
  if (original?.type !== said.type) return said;
  const overlap = "overlap" in original && original.overlap ? { overlap: original.overlap } : {};
  const exact = "exact" in original && original.exact ? { exact: true } : {};
  return { ...(original.id ? { id: original.id } : {}), ...overlap, ...exact, ...said };
}

/** The server's reading of the triggers; absent while loading. */
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
      warnings: [],
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
            {one.nextRuns.length > 0 ? "Next: " : "No more runs."}
            {one.nextRuns.map((at, index) => (
              <span key={at} className="number">
                {index > 0 ? " · " : null}
                <When at={at} as="calendar" />
              </span>
            ))}
            {one.ends && one.nextRuns.length > 0 ? ", and then it's finished" : null}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
