/** The two buttons, or the reason they are missing. */
import { Alert, Button, Group, Stack, Switch, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { ApiError, useApi } from "../../data/api";
import { useSession } from "../../data/session";
import { counted, dollars } from "../../format/money";
import { sentence } from "../../format/words";
import { useAct } from "../../ui/act";
import { CheckIcon, CrossIcon, InfoIcon } from "../../ui/icons";
import { type Decision, priceRows } from "./model";

const MAX_COMMENT = 1000;

/** Whether the user can decide; undefined while loading. */
export interface Verdict {
  mayDecide: boolean;
  whyNot?: string | undefined;
}

export function Decide({ decision, verdict }: { decision: Decision; verdict: Verdict | undefined }) {
  const { mayEdit } = useSession();
  if (!mayEdit) return null;
  const isBarred = verdict?.mayDecide === false;
  return (
    <Stack gap="sm">
      {isBarred ? (
        <Group gap={6} wrap="nowrap" align="flex-start" c="dimmed">
          <InfoIcon size={18} />
          <Text size="sm">{sentence(verdict.whyNot ?? "You can't decide this.")}</Text>
        </Group>
      ) : null}
      <Form decision={decision} isOff={!verdict?.mayDecide} isBarred={isBarred} />
    </Stack>
  );
}

function Form({ decision, isOff, isBarred }: { decision: Decision; isOff: boolean; isBarred: boolean }) {
  const { orgId } = useSession();
  const api = useApi();
  const { busy, act } = useAct();
  const [comment, setComment] = useState("");
  const [apply, setApply] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const prices = decision.kind === "pricing_suggestions" ? priceRows(decision.fields) : [];
  const decide = (choice: "approve" | "reject") => {
    setRefusal(undefined);
    return act(choice, () => send(choice), choice === "approve" ? approved(decision, apply) : "Rejected.");
  };
  const send = async (choice: "approve" | "reject") => {
    const said = comment.trim() ? { comment: comment.trim() } : {};
    const body =
      decision.kind === "approvals"
        ? { decision: choice, ...said }
        : { orgId, decision: choice, ...said, ...(apply && choice === "approve" ? { apply } : {}) };
    try {
      await api(addressOf(decision), { method: "POST", body });
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) setRefusal(error.message);
      throw error;
    }
  };
  return (
    <Stack gap="sm">
      {isBarred ? null : (
        <Textarea
          aria-label={`Comment on ${decision.title}`}
          placeholder="Add a comment (optional)"
          autosize
          minRows={1}
          maxRows={6}
          maxLength={MAX_COMMENT}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      )}
      {prices.length && !isBarred ? (
        <Switch
          label={prices.length === 1 ? "Apply this price" : `Apply these ${counted(prices.length, "price")}`}
          description={`Approving changes your menu right away${prices[0] && prices.length === 1 ? `: ${prices[0].product} will sell for ${dollars(prices[0].suggested)}` : ""}.`}
          checked={apply}
          onChange={(event) => setApply(event.currentTarget.checked)}
        />
      ) : null}
      {refusal ? (
        <Alert color="red" title="That didn't work">
          {sentence(refusal)}
        </Alert>
      ) : null}
      <Group gap="xs">
        <Button
          leftSection={<CheckIcon size={16} />}
          disabled={isOff || busy === "reject"}
          loading={busy === "approve"}
          onClick={() => void decide("approve")}
          aria-label={`Approve ${decision.title}`}
        >
          {apply ? "Approve and apply" : "Approve"}
        </Button>
        <Button
          variant="default"
          leftSection={<CrossIcon size={16} />}
          disabled={isOff || busy === "approve"}
          loading={busy === "reject"}
          onClick={() => void decide("reject")}
          aria-label={`Reject ${decision.title}`}
        >
          Reject
        </Button>
      </Group>
    </Stack>
  );
}

const addressOf = ({ kind, id }: Decision) =>
  kind === "approvals" ? `/approvals/${encodeURIComponent(id)}` : `/suggestions/${kind}/${encodeURIComponent(id)}`;

function approved(decision: Decision, isApplied: boolean): string {
  if (decision.kind === "approvals") return "Approved. The run continues.";
  return isApplied ? "Approved, and your menu has the new price." : "Approved.";
}
