/** Pending decisions and those of the last 30 days. At most 31 reads on open. */
import { Select, Stack, Tabs, Text } from "@mantine/core";
import { useParams, useSearchParams } from "react-router";
import { Page } from "../../ui/page";
import { Empty, Shown } from "../../ui/states";
import { DecisionCard } from "./card";
import { DecisionPage } from "./decision-page";
import "./decisions.css";
import { isKind, KINDS, type Kind } from "./model";
import { type Tab, useDecisions, useVerdicts } from "./use-decisions";
import { KIND_NAMES, pathOf } from "./words";

export default function DecisionsPage() {
  const { kind, decisionId } = useParams();
  return kind && decisionId ? <DecisionPage kind={kind} id={decisionId} /> : <List />;
}

function List() {
  const [params, setParams] = useSearchParams();
  const tab: Tab = params.get("tab") === "decided" ? "decided" : "waiting";
  const asked = params.get("kind");
  const kind = isKind(asked) ? asked : undefined;
  const change = (name: string, value: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.delete(name);
      if (value) after.set(name, value);
      return after;
    });
  return (
    <Page
      title="Decisions"
      lead="Questions from your playbooks and suggestions from your agents. Nothing happens until you decide."
    >
      <Tabs value={tab} onChange={(value) => change("tab", value === "decided" ? value : null)} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="waiting">Waiting</Tabs.Tab>
          <Tabs.Tab value="decided">Decided</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          <Stack gap="md">
            <Select
              aria-label="Kind"
              placeholder="All kinds"
              clearable
              clearButtonProps={{ "aria-label": "All kinds" }}
              w={200}
              data={KINDS.map((value) => ({ value, label: KIND_NAMES[value] }))}
              value={kind ?? null}
              onChange={(value) => change("kind", value)}
            />
            <Cards tab={tab} kind={kind} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Cards({ tab, kind }: { tab: Tab; kind: Kind | undefined }) {
  const decisions = useDecisions({ tab, kind });
  const verdictOn = useVerdicts(tab === "waiting" ? (decisions.data ?? []) : []);
  return (
    <Shown live={decisions} what="Your decisions" empty={<Nothing tab={tab} />}>
      {(found) => (
        <Stack gap="md">
          {found.map((decision) => (
            <DecisionCard key={pathOf(decision)} decision={decision} verdict={verdictOn(decision)} />
          ))}
          {decisions.isCut ? (
            <Text size="sm" c="dimmed" ta="center">
              {kind
                ? "These are the newest. Older ones show up as you decide these."
                : "These are the newest of each kind. Choose a kind to see more of it."}
            </Text>
          ) : null}
        </Stack>
      )}
    </Shown>
  );
}

function Nothing({ tab }: { tab: Tab }) {
  return tab === "waiting" ? (
    <Empty title="Nothing to decide">
      When a playbook asks for approval, or an agent suggests a price or a campaign, it waits for you here.
    </Empty>
  ) : (
    <Empty title="No decisions yet">What you approve and reject is listed here for 30 days.</Empty>
  );
}
