/** The list's live decisions, and who can decide them. */
import { useEffect, useState } from "react";
import { useApi, useFetched } from "../../data/api";
import { type Live, useLiveList } from "../../data/live";
import {
  decidedSuggestions,
  endedApprovals,
  SUGGESTION_KINDS,
  type SuggestionKind,
  waitingApprovals,
  waitingSuggestions,
} from "../../data/queries/decisions";
import { useSession } from "../../data/session";
import type { Verdict } from "./decide";
import type { Fields } from "./fields";
import { approvalOf, type Decision, type Kind, newestFirst, suggestionOf } from "./model";
import { OWN_SUGGESTION } from "./words";

export type Tab = "waiting" | "decided";

/** All kinds together take at most 11 + 4 × 5 = 31 reads, one kind 25. */
const OF_ALL = { approvals: 11, suggestions: 5 };
const OF_ONE = 25;
const HOUR = 3_600_000;
const MONTH = 30 * 24 * HOUR;

const monthAgo = (now = Date.now()) => new Date(Math.floor(now / HOUR) * HOUR - MONTH);

type Answer = Verdict & { approvalId: string };

interface Asked {
  tab: Tab;
  /** One kind, or all. */
  kind: Kind | undefined;
}

export interface Decisions extends Live<Decision[]> {
  /** Whether there may be more. */
  isCut: boolean;
}

export function useDecisions(asked: Asked): Decisions {
  const approvals = useApprovals(asked);
  const [prices, campaigns, inventory, margins] = [
    useSuggestions(asked, SUGGESTION_KINDS[0]),
    useSuggestions(asked, SUGGESTION_KINDS[1]),
    useSuggestions(asked, SUGGESTION_KINDS[2]),
    useSuggestions(asked, SUGGESTION_KINDS[3]),
  ];
  const all = [approvals, prices, campaigns, inventory, margins];
  const error = all.find((one) => one.error)?.error;
  if (error || all.some((one) => one.data === undefined)) return { data: undefined, error, isCut: false };
  const isCut = all.some((one) => one.isCut);
  const found = all.flatMap((one) => one.data ?? []);
  if (asked.tab === "decided")
    return { data: newestFirst(found, (one) => one.decidedAt ?? one.askedAt), error: undefined, isCut };
  // Runs wait for approvals; suggestions can wait.
  const [first, then] = [found.filter((one) => one.expiresAt), found.filter((one) => !one.expiresAt)];
  return { data: [first, then].flatMap((some) => newestFirst(some, (one) => one.askedAt)), error: undefined, isCut };
}

const limitOf = (kind: Kind | undefined, one: keyof typeof OF_ALL) => (kind ? OF_ONE : OF_ALL[one]);

function useSuggestions({ tab, kind }: Asked, of: SuggestionKind): Decisions {
  const { orgId } = useSession();
  const limit = limitOf(kind, "suggestions");
  const query =
    tab === "waiting" ? waitingSuggestions(orgId, of, limit) : decidedSuggestions(orgId, of, monthAgo(), limit);
  const isAsked = !kind || kind === of;
  const { data, error } = useLiveList<Fields>(isAsked ? query : null);
  if (!isAsked) return { data: [], error: undefined, isCut: false };
  return { data: data?.map((one) => suggestionOf(of, one)), error, isCut: (data?.length ?? 0) === limit };
}

/** Editors listen to documents; viewers can't read details and get the API's list. */
function useApprovals({ tab, kind }: Asked): Decisions {
  const { orgId, mayEdit } = useSession();
  const isAsked = !kind || kind === "approvals";
  const limit = limitOf(kind, "approvals");
  const query = tab === "waiting" ? waitingApprovals(orgId, limit) : endedApprovals(orgId, monthAgo(), limit);
  const live = useLiveList<Fields>(isAsked && mayEdit ? query : null);
  const fetched = useFetched<{ items: Fields[] }>(
    isAsked && !mayEdit ? `/approvals?limit=${limit}${tab === "waiting" ? "&status=pending" : ""}` : null,
  );
  if (!isAsked) return { data: [], error: undefined, isCut: false };
  const found = mayEdit ? live.data : fetched.data?.items;
  const decisions = found?.map((one) => approvalOf(one));
  return {
    data: decisions?.filter((one) => (one.status === "pending") === (tab === "waiting")),
    error: mayEdit ? live.error : fetched.error,
    isCut: (found?.length ?? 0) === limit,
  };
}

/** Only the server knows who is behind a run, so it is asked whenever the list changes. */
export function useVerdicts(decisions: readonly Decision[]): (decision: Decision) => Verdict | undefined {
  const { mayEdit, uid } = useSession();
  const api = useApi();
  const [known, setKnown] = useState<Readonly<Record<string, Verdict>>>({});
  const [isUnknowable, setUnknowable] = useState(false);
  const ids = decisions.filter((one) => one.kind === "approvals").map((one) => one.id);
  const key = mayEdit ? ids.join() : "";
  useEffect(() => {
    if (!key) return;
    const abort = new AbortController();
    api<{ items: Answer[] }>(`/approvals?status=pending&limit=${OF_ONE}`, { signal: abort.signal }).then(
      ({ items }) => setKnown(Object.fromEntries(items.map((one) => [one.approvalId, one]))),
      // The server also enforces this.
      () => setUnknowable(!abort.signal.aborted),
    );
    return () => abort.abort();
  }, [api, key]);
  return (decision) => {
    if (decision.kind !== "approvals") return suggestionVerdict(decision, uid);
    return known[decision.id] ?? (isUnknowable ? { mayDecide: true } : undefined);
  };
}

/** People behind a run can't decide its suggestions. */
export function suggestionVerdict({ people }: Decision, uid: string): Verdict {
  return people.includes(uid) ? { mayDecide: false, whyNot: OWN_SUGGESTION } : { mayDecide: true };
}
