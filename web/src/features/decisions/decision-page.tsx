/** One decision, linked from emails. Opening it decides nothing. Reads the document, and the item of a price. */
import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { ApiError, useFetched } from "../../data/api";
import { type Live, useLiveDocument } from "../../data/live";
import { approval, inventoryItem, type SuggestionKind, suggestion } from "../../data/queries/decisions";
import { useSession } from "../../data/session";
import { dollars, percent } from "../../format/money";
import { Page } from "../../ui/page";
import { Empty, Shown } from "../../ui/states";
import { DecisionCard } from "./card";
import type { Verdict } from "./decide";
import { type Fields, number } from "./fields";
import { approvalOf, type Decision, isKind, marginPercent, priceRows, suggestionOf } from "./model";
import { suggestionVerdict } from "./use-decisions";

const BACK = { to: "/decisions", label: "Decisions" };

export function DecisionPage({ kind, id }: { kind: string; id: string }) {
  if (!isKind(kind) || id.includes("/") || id === "." || id === "..") return <NotHere />;
  return kind === "approvals" ? <ApprovalPage key={id} id={id} /> : <SuggestionPage key={id} kind={kind} id={id} />;
}

function ApprovalPage({ id }: { id: string }) {
  const { mayEdit } = useSession();
  const live = useLiveDocument<Fields>(mayEdit ? approval(id) : null);
  const isThere = !mayEdit || live.data;
  const answer = useFetched<Fields & Verdict>(isThere ? `/approvals/${encodeURIComponent(id)}` : null);
  const found: Live<Fields | null> = mayEdit ? live : answer;
  // The server also enforces this.
  const verdict = answer.error ? { mayDecide: true } : answer.data;
  return <Found live={found} verdict={() => verdict} read={(fields) => approvalOf(fields)} />;
}

function SuggestionPage({ kind, id }: { kind: SuggestionKind; id: string }) {
  const { orgId, uid } = useSession();
  const live = useLiveDocument<Fields>(suggestion(orgId, kind, id));
  return (
    <Found
      live={live}
      verdict={(decision) => suggestionVerdict(decision, uid)}
      read={(fields) => suggestionOf(kind, fields)}
    />
  );
}

function Found(props: {
  live: Live<Fields | null>;
  read: (fields: Fields) => Decision;
  verdict: (decision: Decision) => Verdict | undefined;
}) {
  const { data, error } = props.live;
  if (data === null || (error && isMissing(error))) return <NotHere />;
  const decision = data && props.read(data);
  return (
    <Page title={decision?.title ?? "Decision"} back={BACK}>
      <Shown live={props.live} what="This decision">
        {(fields) => {
          const found = props.read(fields);
          return (
            <DecisionCard decision={found} verdict={props.verdict(found)} isAlone>
              <CurrentItem decision={found} />
            </DecisionCard>
          );
        }}
      </Shown>
    </Page>
  );
}

/** Firestore reports missing documents like another org's; the API returns 404 for both. */
const isMissing = (error: Error) =>
  error instanceof ApiError ? error.status === 404 : "code" in error && error.code === "permission-denied";

function NotHere() {
  return (
    <Page title="Decision not found" back={BACK}>
      <Empty
        title="This decision isn't here"
        action={
          <Group>
            <Button component={Link} to="/decisions" variant="default">
              See pending decisions
            </Button>
          </Group>
        }
      >
        It may belong to another organization, or be too old to be kept.
      </Empty>
    </Page>
  );
}

/** An item's current price, and the margin at either price. */
function CurrentItem({ decision }: { decision: Decision }) {
  const { orgId } = useSession();
  const [row] = decision.kind === "pricing_suggestions" ? priceRows(decision.fields) : [];
  const isAsked = decision.status === "pending" && row?.itemId && !row.itemId.includes("/");
  const { data } = useLiveDocument<Fields>(isAsked && row.itemId ? inventoryItem(orgId, row.itemId) : null);
  if (!row || !isAsked || data === undefined) return null;
  if (data === null) return <Note>This item isn't in your inventory anymore, so the price can't be applied.</Note>;
  const [price, cost] = [number(data.price), number(data.cost)];
  const [before, after] = [marginPercent(price, cost), marginPercent(row.suggested, cost)];
  const hasMoved = price !== undefined && row.current !== undefined && price !== row.current && price !== row.suggested;
  return (
    <>
      {before === undefined || after === undefined ? null : (
        <Note>
          Your margin goes from {percent(before)} to {percent(after)}; it costs you {dollars(cost ?? 0)}.
        </Note>
      )}
      {hasMoved ? (
        <Note>It sells for {dollars(price)} by now, so this price can't be applied as suggested.</Note>
      ) : null}
    </>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
