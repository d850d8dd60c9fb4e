/** Tracked competitors. One API call on open, no Firestore queries. */
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useApi, useFetched } from "../../data/api";
import { useSession } from "../../data/session";
import type { CompetitorItem, CompetitorList as Competitors } from "../../data/types/api";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { Confirm } from "../../ui/confirm";
import { PlusIcon, RetryIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Empty, Shown } from "../../ui/states";
import { CompetitorForm } from "./competitor-form";
import { CompetitorList } from "./competitor-list";
import { NotCompared } from "./not-compared";
import { ScanNow } from "./scan-now";
import { roomWords } from "./words";

const PAGE_SIZE = 25;

export default function CompetitorsPage() {
  const { mayEdit } = useSession();
  const [params, setParams] = useSearchParams();
  const after = params.get("after");
  const query = after ? `&after=${encodeURIComponent(after)}` : "";
  const competitors = useFetched<Competitors>(`/competitors?limit=${PAGE_SIZE}${query}`);
  const [adding, form] = useDisclosure();
  const [scanning, scan] = useDisclosure();
  const saved = () => {
    form.close();
    competitors.reload();
  };
  const add = (
    <Button leftSection={<PlusIcon size={16} />} onClick={form.open}>
      Add competitor
    </Button>
  );
  const found = competitors.data;
  const isEmpty = found?.items.length === 0 && !after;
  return (
    <Page
      title="Competitors"
      lead={found ? roomWords(found.used, found.limit) : "The shops whose menus and prices you track."}
      actions={
        mayEdit && found && !isEmpty ? (
          <>
            <Button variant="default" leftSection={<RetryIcon size={16} />} onClick={scan.open}>
              Scan now
            </Button>
            {add}
          </>
        ) : null
      }
    >
      <Shown live={competitors} what="Your competitors" onRetry={competitors.reload}>
        {(list) =>
          isEmpty ? (
            <Empty title="No competitors yet" action={mayEdit ? add : null}>
              {mayEdit
                ? "Add a shop with the address of its menu. Scans then compare its prices with yours and tell you who undercuts you."
                : "An owner or editor of your shop can add one. Scans then compare their prices with yours."}
            </Empty>
          ) : (
            <>
              {list.notCompared ? <NotCompared why={list.notCompared} /> : null}
              <Rows list={list} onChanged={competitors.reload} />
              {list.nextAfter ? (
                <Button variant="default" w="fit-content" onClick={() => setParams({ after: list.nextAfter ?? "" })}>
                  Show the next {PAGE_SIZE}
                </Button>
              ) : null}
            </>
          )
        }
      </Shown>
      <CompetitorForm opened={adding} onClose={form.close} onSaved={saved} />
      <ScanNow opened={scanning} onClose={scan.close} />
    </Page>
  );
}

function Rows({ list, onChanged }: { list: Competitors; onChanged: () => void }) {
  const { mayEdit } = useSession();
  const api = useApi();
  const { busy, act } = useAct();
  const [leaving, setLeaving] = useState<CompetitorItem>();
  const name = plain(leaving?.name ?? "");

  async function remove() {
    if (!leaving) return;
    const path = `/competitors/${encodeURIComponent(leaving.id)}`;
    if (await act("remove", () => api(path, { method: "DELETE" }), `${name} is no longer tracked.`)) {
      setLeaving(undefined);
      onChanged();
    }
  }

  return (
    <>
      <CompetitorList competitors={list.items} {...(mayEdit ? { onRemove: setLeaving } : {})} />
      <Confirm
        opened={leaving !== undefined}
        title={`Stop tracking ${name}?`}
        confirm="Stop tracking"
        danger
        busy={busy === "remove"}
        onConfirm={() => void remove()}
        onClose={() => setLeaving(undefined)}
      >
        <Text>We'll stop scanning its menu. Its prices are kept for 30 days and come back if you add it again.</Text>
      </Confirm>
    </>
  );
}
