/** Retries or cancels all filtered runs after showing how many match. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useApi } from "../../data/api";
import type { RunFilter } from "../../data/queries/runs";
import type { BulkAnswer } from "../../data/types/api";
import { counted } from "../../format/money";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { BanIcon, type Icon, RetryIcon } from "../../ui/icons";
import { type BulkAction, bulkBody, statusesFor } from "./bulk";

const ACTIONS: readonly { action: BulkAction; words: string; icon: Icon }[] = [
  { action: "retry", words: "Retry failed runs", icon: RetryIcon },
  { action: "cancel", words: "Cancel active runs", icon: BanIcon },
];
const NONE: Record<BulkAction, string> = { retry: "No failed runs match.", cancel: "No active runs match." };

interface Asked {
  action: BulkAction;
  matched: number;
  filter: RunFilter;
  key: string;
}

export function BulkActions({ filter }: { filter: RunFilter }) {
  const api = useApi();
  const { busy, act } = useAct();
  const [asked, setAsked] = useState<Asked>();

  const look = async (action: BulkAction) => {
    const body = bulkBody(action, filter, true);
    const { matched } = await api<BulkAnswer>("/executions/bulk", { method: "POST", body });
    if (matched === 0) notifications.show({ message: NONE[action] });
    else setAsked({ action, matched, filter, key: crypto.randomUUID() });
  };
  const begin = async ({ action, filter: chosen, key }: Asked) => {
    const body = bulkBody(action, chosen, false);
    await api("/executions/bulk", { method: "POST", body, idempotencyKey: key });
    setAsked(undefined);
  };

  const isRetry = asked?.action === "retry";
  const runs = counted(asked?.matched ?? 0, isRetry ? "failed run" : "active run");
  return (
    <>
      {ACTIONS.filter(({ action }) => statusesFor(action, filter).length > 0).map(
        ({ action, words, icon: ActionIcon }) => (
          <Button
            key={action}
            variant="default"
            leftSection={<ActionIcon size={16} />}
            loading={busy === `look ${action}`}
            onClick={() => act(`look ${action}`, () => look(action))}
          >
            {words}
          </Button>
        ),
      )}
      <Confirm
        opened={asked !== undefined}
        title={isRetry ? `Retry ${runs}?` : `Cancel ${runs}?`}
        confirm={isRetry ? `Retry ${runs}` : `Cancel ${runs}`}
        danger={!isRetry}
        busy={busy === "begin"}
        onConfirm={() => asked && act("begin", () => begin(asked))}
        onClose={() => setAsked(undefined)}
      >
        {isRetry
          ? "Each one continues at the step that failed. Finished steps aren't repeated."
          : "Each stops before its next step. What was done stays done."}
      </Confirm>
    </>
  );
}
