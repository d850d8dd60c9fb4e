/** The org's preferences: optimistic, saved one change at a time. */
import { notifications } from "@mantine/notifications";
import { useCallback, useRef, useState } from "react";
import { type Fetched, useApi, useFetched } from "../../data/api";
import type { ChannelChoice, NotificationPreferences, QuietHours } from "../../data/types/api";
import { wordsOf } from "../../ui/states";
import type { Saving } from "./save-state";

export type AlertType = Exclude<keyof NotificationPreferences, "quietHours">;
export type Channel = keyof ChannelChoice;
/** The changes; everything else stays. */
export type Change = Partial<Record<AlertType, Partial<ChannelChoice>>> & { quietHours?: Partial<QuietHours> };

const PATH = "/settings/notifications";
const NO_HOURS: QuietHours = { start: "21:00", end: "08:00", enabled: false };

/** Applies a change. */
export function withChange(before: NotificationPreferences, change: Change): NotificationPreferences {
  const after = { ...before };
  for (const [name, fields] of Object.entries(change)) {
    if (name === "quietHours") after.quietHours = { ...(before.quietHours ?? NO_HOURS), ...fields };
    else after[name as AlertType] = { ...before[name as AlertType], ...fields };
  }
  return after;
}

export function usePreferences(): {
  preferences: Fetched<NotificationPreferences>;
  saving: Saving;
  change: (change: Change) => void;
} {
  const api = useApi();
  const fetched = useFetched<NotificationPreferences>(PATH);
  const [answered, setAnswered] = useState<NotificationPreferences>();
  const [pending, setPending] = useState<readonly Change[]>([]);
  const [outcome, setOutcome] = useState<Saving>("idle");
  const queue = useRef(Promise.resolve());
  const change = useCallback(
    (wanted: Change) => {
      setPending((before) => [...before, wanted]);
      queue.current = queue.current.then(async () => {
        try {
          setAnswered(await api<NotificationPreferences>(PATH, { method: "POST", body: wanted }));
          setOutcome("saved");
        } catch (error) {
          setOutcome("failed");
          const message = wordsOf(error as Error);
          notifications.show({ color: "red", title: "That wasn't saved", message, autoClose: 10_000 });
        } finally {
          setPending((before) => before.filter((one) => one !== wanted));
        }
      });
    },
    [api],
  );
  const known = answered ?? fetched.data;
  const data = known && pending.reduce(withChange, known);
  return { preferences: { ...fetched, data }, saving: pending.length ? "saving" : outcome, change };
}
