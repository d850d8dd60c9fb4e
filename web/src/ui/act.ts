import { notifications } from "@mantine/notifications";
import { useCallback, useState } from "react";
import { wordsOf } from "./states";

/**
 * Runs a user's action: `busy` is its name while running, and errors are shown as messages.
 ..., "Paused.")` is => * `await act("pause", () => ..., "Paused.")` is true on success.
 */
export function useAct() {
  const [busy, setBusy] = useState<string>();
  const act = useCallback(async (name: string, how: () => Promise<unknown>, done?: string): Promise<boolean> => {
    setBusy(name);
    try {
      await how();
      if (done) notifications.show({ message: done });
      return true;
    } catch (error) {
      notifications.show({
        color: "red",
        title: "That didn't work",
        message: wordsOf(error as Error),
        autoClose: 10_000,
      });
      return false;
    } finally {
      setBusy(undefined);
    }
  }, []);
  return { busy, act };
}
