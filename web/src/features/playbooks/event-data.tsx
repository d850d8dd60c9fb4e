/** Event data for running an event playbook by hand. */
import { JsonInput, Text } from "@mantine/core";
import type { Playbook } from "../../data/types/documents";
import { isObject } from "./flow";
import { sampleEvent } from "./sample-event";

/** The first triggering event, if any. */
export const eventOf = (playbook: Playbook): string | undefined => {
  const triggers = Array.isArray(playbook.triggers) ? playbook.triggers : [];
  const event = triggers.find((one) => one?.type === "event");
  return event?.type === "event" && typeof event.eventName === "string" ? event.eventName : undefined;
};

export const sampleText = (eventName: string | undefined) =>
  eventName ? JSON.stringify(sampleEvent(eventName), null, 2) : "{}";

/** The object in the text, if it is one. */
export function eventDataIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text || "{}");
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function EventData(props: { eventName: string; text: string; onChange: (text: string) => void }) {
  return (
    <>
      <Text size="sm">
        This playbook starts on an event, <code>{props.eventName}</code>. Tell it what happened; this is a sample.
      </Text>
      <JsonInput
        label="Event data"
        value={props.text}
        onChange={props.onChange}
        error={eventDataIn(props.text) ? null : 'Write a JSON object, like {"name": "Blue Dream"}.'}
        autosize
        minRows={5}
        maxRows={14}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
      />
    </>
  );
}
