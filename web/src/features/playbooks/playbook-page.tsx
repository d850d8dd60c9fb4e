/**
 * One playbook. On open: the playbook, its summary and its 15 newest runs, at most 17 reads; opening the version
 * history costs 20 more.
 */
import { Alert, Anchor, Group, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useLiveDocument } from "../../data/live";
import { playbook as playbookQuery, playbookSummary } from "../../data/queries/playbooks";
import { useSession } from "../../data/session";
import type { Playbook, PlaybookSummary } from "../../data/types/documents";
import { plain } from "../../format/words";
import { AlertIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Empty, PageSkeleton, RowsSkeleton, Shown } from "../../ui/states";
import { StatusBadge } from "../../ui/status";
import { Actions } from "./actions";
import { fieldWords } from "./flow";
import { Overview } from "./overview";
import { problemsIn } from "./problems";
import "./playbooks.css";

const Runs = lazy(() => import("./runs-tab"));
const History = lazy(() => import("./history-tab"));
const JsonTab = lazy(() => import("./json-tab"));

const BACK = { to: "/playbooks", label: "Playbooks" };

interface OnePlaybook {
  summary: PlaybookSummary;
  /** For editors. */
  whole: Playbook | undefined;
}

export default function PlaybookPage() {
  const { playbookId = "" } = useParams();
  const { orgId, mayEdit } = useSession();
  const isPossible = playbookId !== "" && !playbookId.includes("/");
  const summary = useLiveDocument<PlaybookSummary>(isPossible ? playbookSummary(orgId, playbookId) : null);
  const whole = useLiveDocument<Playbook>(isPossible && mayEdit ? playbookQuery(orgId, playbookId) : null);
  // Firestore refuses reads of missing documents like another org's.
  const isMissing =
    !isPossible || whole.data === null || (!mayEdit && (summary.data === null || summary.error !== undefined));
  if (isMissing) return <Missing />;
  if (mayEdit && whole.error)
    return (
      <Shown live={whole} what="This playbook">
        {() => null}
      </Shown>
    );
  if (mayEdit && whole.data === undefined) return <PageSkeleton />;
  const shown = summary.data ?? (whole.data ? summaryOf(whole.data, orgId) : undefined);
  if (!shown) return <PageSkeleton />;
  return <PlaybookView summary={shown} whole={whole.data ?? undefined} />;
}

function Missing() {
  return (
    <Page title="Playbook not found" back={BACK}>
      <Empty
        title="This playbook doesn't exist"
        action={
          <Anchor component={Link} to="/playbooks">
            See all playbooks
          </Anchor>
        }
      >
        It may have been deleted, or the link is from another account.
      </Empty>
    </Page>
  );
}

/** Until its summary exists, shortly after creation. */
const summaryOf = (whole: Playbook, orgId: string): PlaybookSummary =>
  ({
    ...whole,
    orgId,
    playbookId: whole.id,
    description: whole.description ?? "",
    category: whole.category ?? "other",
    when: "",
    nextRuns: [],
    version: whole.version ?? 1,
    triggers: [],
    steps: [],
  }) as unknown as PlaybookSummary;

const TABS = ["overview", "runs", "history", "json"] as const;

function PlaybookView({ summary, whole }: OnePlaybook) {
  const [params, setParams] = useSearchParams();
  const tab = TABS.find((one) => one === params.get("tab")) ?? "overview";
  const name = whole?.name ?? summary.name;
  const status = whole?.status ?? summary.status ?? "draft";
  const open = (value: string | null) =>
    setParams((before) => {
      if (value && value !== "overview") before.set("tab", value);
      else before.delete("tab");
      return before;
    });
  return (
    <Page
      title={name}
      back={BACK}
      lead={
        <Group gap="xs" align="center">
          <StatusBadge status={status} />
          <Text span>{plain(summary.description)}</Text>
        </Group>
      }
      actions={whole ? <Actions playbook={whole} /> : null}
    >
      <Standing summary={summary} whole={whole} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          {whole ? <Tabs.Tab value="history">History</Tabs.Tab> : null}
          {whole ? <Tabs.Tab value="json">JSON</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <Overview summary={summary} whole={whole} />
        </Tabs.Panel>
        <Suspense fallback={<RowsSkeleton />}>
          <Tabs.Panel value="runs">
            <Runs playbookId={summary.playbookId} />
          </Tabs.Panel>
          {whole ? (
            <Tabs.Panel value="history">
              <History playbook={whole} />
            </Tabs.Panel>
          ) : null}
          {whole ? (
            <Tabs.Panel value="json">
              <JsonTab playbook={whole} />
            </Tabs.Panel>
          ) : null}
        </Suspense>
      </Tabs>
      {summary.when === "" && !whole ? <Skeleton h={20} /> : null}
    </Page>
  );
}

/** Why it is paused or can't run, and how to fix it. */
function Standing({ summary, whole }: OnePlaybook) {
  const status = whole?.status ?? summary.status;
  if ((whole?.pausedBy ?? summary.pausedBy) === "tier")
    return (
      <Alert color="yellow" title="Not in your plan right now">
        It comes back, with its history, when your plan includes it.{" "}
        <Anchor component={Link} inherit c="inherit" underline="always" to="/usage">
          See your plan
        </Anchor>
      </Alert>
    );
  if ((whole?.pausedBy ?? summary.pausedBy) === "org")
    return (
      <Alert color="yellow" title="Paused">
        Playbooks don't run while the account isn't active.
      </Alert>
    );
  if (status !== "error")
    return whole?.statusReason ? (
      <Alert color="yellow" title="Not scheduled yet">
        {plain(whole.statusReason)}
      </Alert>
    ) : null;
  if (!whole)
    return (
      <Alert color="red" icon={<AlertIcon size={18} />} title="This playbook can't run">
        Someone who can edit playbooks needs to fix it.{" "}
        {summary.statusReason ? `Reason: ${plain(summary.statusReason)}.` : null}
      </Alert>
    );
  return (
    <Alert color="red" icon={<AlertIcon size={18} />} title="This playbook can't run until it's fixed">
      <Stack gap="xs">
        {problemsIn(whole.statusReason ?? "").map(({ field, message }) => (
          <div key={`${field}${message}`}>
            {field ? (
              <Text fw={600} size="sm">
                {fieldWords(field, whole.steps)}
              </Text>
            ) : null}
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {message}
            </Text>
          </div>
        ))}
        <Text size="sm">
          {whole.refusedBy === "tier" ? (
            <Anchor component={Link} inherit c="inherit" underline="always" to="/usage">
              See what your plan includes
            </Anchor>
          ) : (
            <>
              Fix it in{" "}
              <Anchor component={Link} inherit c="inherit" underline="always" to="?tab=json">
                JSON
              </Anchor>
              , go back to an earlier version in{" "}
              <Anchor component={Link} inherit c="inherit" underline="always" to="?tab=history">
                History
              </Anchor>
              , or{" "}
              <Anchor component={Link} inherit c="inherit" underline="always" to="/chat">
                tell us in chat
              </Anchor>{" "}
              what it should do. It runs again once you save it.
            </>
          )}
        </Text>
      </Stack>
    </Alert>
  );
}
