/** Fields of a schedule: frequency, time, start and end. */
import { Button, Checkbox, Group, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { dayFromNow, dayIn, endOfDay, instantOf } from "../../format/zoned";
import { MOST_RUNS, RHYTHMS, type Rhythm, type ScheduleForm, stepsOf, WEEKDAYS } from "./schedule-form";

interface Props {
  form: ScheduleForm;
  onChange: (form: ScheduleForm) => void;
}

const MONTH_DAYS = [
  ...Array.from({ length: 31 }, (_, index) => ({ value: String(index + 1), label: String(index + 1) })),
  { value: "last", label: "Last day" },
];
const ZONES = Intl.supportedValuesOf("timeZone");

export function ScheduleFields({ form, onChange }: Props) {
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        <Select
          label="How often"
          data={RHYTHMS}
          value={form.rhythm}
          allowDeselect={false}
          onChange={(value) => value && onChange({ ...form, rhythm: value as Rhythm, step: 1 })}
          w={190}
        />
        <Step form={form} onChange={onChange} />
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
        {form.rhythm === "once" ? (
          <DayInput label="Date" value={form.day} onChange={(day) => onChange({ ...form, day })} />
        ) : (
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
        )}
      </Group>
      {form.rhythm === "weekly" ? <Weekdays form={form} onChange={onChange} /> : null}
      <Times form={form} onChange={onChange} />
      {form.rhythm === "once" ? null : <Bounds form={form} onChange={onChange} />}
    </Stack>
  );
}

function Step({ form, onChange }: Props) {
  const steps = stepsOf(form);
  if (!steps) return null;
  const put = (step: number) => {
    const today = instantOf(dayFromNow(0, form.zone), "00:00", form.zone);
    onChange({ ...form, step, startsAt: step > 1 ? (form.startsAt ?? today) : form.startsAt });
  };
  return (
    <Select
      label="Repeat"
      data={steps}
      value={String(form.step)}
      allowDeselect={false}
      onChange={(value) => value && put(Number(value))}
      w={150}
    />
  );
}

/** A start includes its whole day, and so does an end. */
function Bounds({ form, onChange }: Props) {
  const { startsAt, endsAt, maxRuns, zone } = form;
  return (
    <Group align="flex-end" gap="sm">
      <DayInput
        label="Starts (optional)"
        value={startsAt ? dayIn(startsAt, zone) : ""}
        onChange={(day) => onChange({ ...form, startsAt: day ? instantOf(day, "00:00", zone) : undefined })}
      />
      <DayInput
        label="Ends (optional)"
        value={endsAt ? dayIn(endsAt, zone) : ""}
        onChange={(day) => onChange({ ...form, endsAt: day ? endOfDay(day, zone) : undefined })}
      />
      <NumberInput
        label="Runs at most (optional)"
        placeholder="No limit"
        value={maxRuns ?? ""}
        min={1}
        max={MOST_RUNS}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        onChange={(value) => onChange({ ...form, maxRuns: typeof value === "number" ? value : undefined })}
        w={190}
      />
    </Group>
  );
}

function DayInput(props: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <TextInput
      type="date"
      label={props.label}
      value={props.value}
      max="9999-12-31"
      onChange={(event) => props.onChange(event.currentTarget.value)}
      w={160}
    />
  );
}

function Weekdays({ form, onChange }: Props) {
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

function Times({ form, onChange }: Props) {
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
