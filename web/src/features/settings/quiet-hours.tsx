import { Group, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useOrg } from "../../data/org";
import type { QuietHours } from "../../data/types/api";
import type { Change } from "./preferences";
import { zoneName } from "./zones";

const USUAL: QuietHours = { start: "21:00", end: "08:00", enabled: false };

/** When noncritical emails and texts wait. Read-only without `onChange`. */
export function QuietHoursForm(props: {
  hours: QuietHours | undefined;
  onChange: ((change: Change) => void) | undefined;
}) {
  const { hours = USUAL, onChange } = props;
  const { zone } = useOrg();
  return (
    <Stack gap="xs">
      <div>
        <Title order={2} size="h4">
          Quiet hours
        </Title>
        <Text c="dimmed">
          Emails and texts wait until they end. Critical alerts always come through. Times are in {zoneName(zone)} time.
        </Text>
      </div>
      {onChange ? (
        <>
          <Switch
            label="Keep quiet hours"
            checked={hours.enabled}
            onChange={(event) => onChange({ quietHours: { ...hours, enabled: event.currentTarget.checked } })}
          />
          {hours.enabled ? (
            <Times
              // Reset after saving.
              key={`${hours.start}-${hours.end}`}
              hours={hours}
              onChange={(times) => onChange({ quietHours: { ...times, enabled: true } })}
            />
          ) : null}
        </>
      ) : (
        <Text>{hours.enabled ? `From ${hours.start} until ${hours.end}.` : "Off."}</Text>
      )}
    </Stack>
  );
}

function Times(props: { hours: QuietHours; onChange: (times: { start: string; end: string }) => void }) {
  const [start, setStart] = useState(props.hours.start);
  const [end, setEnd] = useState(props.hours.end);
  const isEndless = start === end;

  function save() {
    const isNew = start !== props.hours.start || end !== props.hours.end;
    if (isNew && start && end && !isEndless) props.onChange({ start, end });
  }

  return (
    <Group align="flex-start">
      <TextInput
        type="time"
        label="From"
        value={start}
        onChange={(event) => setStart(event.currentTarget.value)}
        onBlur={save}
        w={140}
      />
      <TextInput
        type="time"
        label="Until"
        value={end}
        onChange={(event) => setEnd(event.currentTarget.value)}
        onBlur={save}
        error={isEndless ? "Choose a time other than the start" : undefined}
        w={140}
      />
    </Group>
  );
}
