/** The list of playbooks. On open: 15 summaries and the last run of each, 30 reads; "Show more" costs 30 more. */
import { Anchor, Button, Group, Paper, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useFetched } from "../../data/api";
import { useLiveList } from "../../data/live";
import { MOST_PLAYBOOKS, PLAYBOOKS_PER_PAGE, playbooks } from "../../data/queries/playbooks";
import { useSession } from "../../data/session";
import type { PlaybookSummary } from "../../data/types/documents";
import { PlusIcon, SearchIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Empty, Shown } from "../../ui/states";
import { PLAYBOOK_STATUSES } from "../../ui/status";
import { DeletedPlaybooks } from "./deleted";
import { byCategory, type Chosen, categoriesOf, chosenIn, isFiltered, type ListedPlaybook, searchPath } from "./listed";
import { PlaybookRow } from "./playbook-row";
import "./playbooks.css";

interface Listed {
  data: readonly ListedPlaybook[] | undefined;
  error: Error | undefined;
  hasMore: boolean;
  reload?: () => void;
}

export default function PlaybooksPage() {
  const { mayEdit } = useSession();
  const [params, setParams] = useSearchParams();
  const chosen = chosenIn(params);
  const [limit, setLimit] = useState(PLAYBOOKS_PER_PAGE);
  const listed = useListed(chosen, limit);
  const change = (name: keyof Chosen, value: string | null) => {
    setLimit(PLAYBOOKS_PER_PAGE);
    setParams(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  };
  return (
    <Page
      title="Playbooks"
      lead="What runs for your shop, and when."
      actions={
        mayEdit ? (
          <Button component={Link} to="/chat" leftSection={<PlusIcon size={16} />}>
            New playbook
          </Button>
        ) : null
      }
    >
      <Filters chosen={chosen} playbooks={listed.data ?? []} onChange={change} />
      <Shown
        live={{ data: listed.data, error: listed.error }}
        what="Your playbooks"
        empty={<Nothing chosen={chosen} />}
      >
        {(found) => (
          <Stack gap="xl">
            {byCategory(found).map(({ title, playbooks: members }) => (
              <Stack key={title} gap="xs" component="section" aria-label={title}>
                <Group gap="xs" align="baseline">
                  <Title order={2} size="h5">
                    {title}
                  </Title>
                  <Text size="sm" c="dimmed">
                    {members.length}
                  </Text>
                </Group>
                <Paper withBorder className="rows" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
                  {members.map((one) => (
                    <PlaybookRow
                      key={one.playbookId}
                      playbook={one}
                      {...(listed.reload ? { onChanged: listed.reload } : {})}
                    />
                  ))}
                </Paper>
              </Stack>
            ))}
            {listed.hasMore ? <More limit={limit} onMore={() => setLimit(limit + PLAYBOOKS_PER_PAGE)} /> : null}
          </Stack>
        )}
      </Shown>
      {mayEdit && !isFiltered(chosen) ? <DeletedPlaybooks /> : null}
    </Page>
  );
}

/** Live, except for text searches, which only the API supports. */
function useListed(chosen: Chosen, limit: number): Listed {
  const { orgId } = useSession();
  const [search] = useDebouncedValue(chosen.search.trim(), 250);
  const filter = { category: chosen.category ?? undefined, status: chosen.status ?? undefined };
  const live = useLiveList<PlaybookSummary>(search ? null : playbooks(orgId, filter, limit));
  const found = useFetched<{ items: ListedPlaybook[]; nextAfter?: string }>(
    search ? searchPath({ ...chosen, search }, limit) : null,
  );
  if (search)
    return {
      data: found.data?.items,
      error: found.error,
      hasMore: found.data?.nextAfter !== undefined,
      reload: found.reload,
    };
  return { ...live, hasMore: (live.data?.length ?? 0) >= limit };
}

function Filters(props: {
  chosen: Chosen;
  playbooks: readonly ListedPlaybook[];
  onChange: (name: keyof Chosen, value: string | null) => void;
}) {
  const { chosen, onChange } = props;
  const [search, setSearch] = useState(chosen.search);
  useEffect(() => setSearch(chosen.search), [chosen.search]);
  return (
    <Group gap="sm" role="search">
      <TextInput
        aria-label="Search playbooks"
        placeholder="Search"
        leftSection={<SearchIcon size={16} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          onChange("search", event.currentTarget.value);
        }}
        flex="2 1 16rem"
        maw={360}
      />
      <Select
        aria-label="Category"
        placeholder="All categories"
        clearable
        data={categoriesOf(props.playbooks, chosen.category)}
        value={chosen.category}
        onChange={(value) => onChange("category", value)}
        flex="1 1 8rem"
        maw={180}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        data={PLAYBOOK_STATUSES}
        value={chosen.status}
        onChange={(value) => onChange("status", value)}
        flex="1 1 8rem"
        maw={180}
      />
    </Group>
  );
}

function Nothing({ chosen }: { chosen: Chosen }) {
  const { mayEdit } = useSession();
  if (isFiltered(chosen))
    return (
      <Empty
        title="No matching playbooks"
        action={
          <Anchor component={Link} to="/playbooks">
            Show all playbooks
          </Anchor>
        }
      >
        Try other words, or clear the filters.
      </Empty>
    );
  return (
    <Empty
      title="No playbooks yet"
      action={
        mayEdit ? (
          <Button component={Link} to="/chat">
            Describe one in chat
          </Button>
        ) : null
      }
    >
      Say what you want taken care of, like “every morning, email me where competitors undercut us by 10%”.
    </Empty>
  );
}

function More({ limit, onMore }: { limit: number; onMore: () => void }) {
  if (limit >= MOST_PLAYBOOKS)
    return (
      <Text c="dimmed" size="sm" ta="center">
        The {limit} newest are shown. Search for the others.
      </Text>
    );
  return (
    <Button variant="default" onClick={onMore} style={{ alignSelf: "center" }}>
      Show more
    </Button>
  );
}
