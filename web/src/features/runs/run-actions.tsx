/** Editors' actions on a run: retry, cancel, run again. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useApi } from "../../data/api";
import type { Execution } from "../../data/types/documents";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { BanIcon, PlayIcon, RetryIcon } from "../../ui/icons";
import { isActive, type RunView } from "./run-view";

interface Props {
  run: RunView;
  /** The full document; its event data is reused for the new run. */
  document: Execution;
}

export function RunActions({ run, document }: Props) {
  const api = useApi();
  const { busy, act } = useAct();
  const [asks, setAsks] = useState<"cancel" | "again" | null>(null);
  const navigate = useNavigate();
  const post = (verb: string) => api(`/executions/${run.id}/${verb}`, { method: "POST", body: {} });

  const runAgain = async () => {
    const body = { triggeredBy: "manual", orgId: document.orgId, eventData: document.eventData ?? {} };
    const started = await api<{ executionId: string }>(`/playbooks/${run.playbookId}/execute`, {
      method: "POST",
      body,
      idempotencyKey: crypto.randomUUID(),
    });
    setAsks(null);
    await navigate(`/runs/${started.executionId}`);
  };
  const cancel = async () => {
    await post("cancel");
    setAsks(null);
  };

  return (
    <>
      {run.status === "failed" ? (
        <Button
          leftSection={<RetryIcon size={16} />}
          loading={busy === "retry"}
          onClick={() => act("retry", () => post("retry"), "Retrying from the step that failed.")}
        >
          Retry from the failed step
        </Button>
      ) : null}
      {isActive(run.status) ? (
        <Button
          variant="default"
          leftSection={<BanIcon size={16} />}
          disabled={run.isCanceling}
          onClick={() => setAsks("cancel")}
        >
          {run.isCanceling ? "Canceling…" : "Cancel"}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<PlayIcon size={16} />}
          disabled={Boolean(document.eventDataRef)}
          title={document.eventDataRef ? "Its event's data is too large to be sent again." : undefined}
          onClick={() => setAsks("again")}
        >
          Run again
        </Button>
      )}
      <Confirm
        opened={asks === "cancel"}
        title="Cancel this run?"
        confirm="Cancel run"
        danger
        busy={busy === "cancel"}
        onConfirm={() => act("cancel", cancel)}
        onClose={() => setAsks(null)}
      >
        It stops before its next step. What it has done stays done.
      </Confirm>
      <Confirm
        opened={asks === "again"}
        title="Run it again?"
        confirm="Run again"
        busy={busy === "again"}
        onConfirm={() => act("again", runAgain)}
        onClose={() => setAsks(null)}
      >
        A new run does everything from the start, with the same data and the playbook as it is now. Messages are sent
        again.
      </Confirm>
    </>
  );
}
