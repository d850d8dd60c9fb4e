/** One competitor's menu next to ours. Two API calls on open, no Firestore queries. */
import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useParams, useSearchParams } from "react-router";
import { useFetched } from "../../data/api";
import { useOrg } from "../../data/org";
import { useSession } from "../../data/session";
import type { CompetitorDetail } from "../../data/types/api";
import { count, dollars } from "../../format/money";
import { plain } from "../../format/words";
import { AlertIcon, EditIcon, ExternalIcon } from "../../ui/icons";
import { Page } from "../../ui/page";
import { Empty, Failure, RowsSkeleton } from "../../ui/states";
import { CompetitorForm } from "./competitor-form";
import "./competitors.css";
import { NotCompared } from "./not-compared";
import { PriceHistorySection } from "./price-history";
import { ProductTable } from "./product-table";
import { ScanState } from "./scan-state";
import {
  doubtWords,
  failureWords,
  gapWords,
  isUnreadable,
  named,
  pricesWords,
  shortAddress,
  unreadableWords,
  wasRead,
} from "./words";

const BACK = { to: "/competitors", label: "Competitors" };

export default function CompetitorPage() {
  const { competitorId = "" } = useParams();
  const { mayEdit } = useSession();
  const found = useFetched<CompetitorDetail>(`/competitors/${encodeURIComponent(competitorId)}`);
  const [editing, form] = useDisclosure();
  const { data, error } = found;
  if (error)
    return (
      <Page title="Competitor" back={BACK}>
        <Failure title="This competitor can't be shown" error={error} onRetry={found.reload} />
      </Page>
    );
  if (!data)
    return (
      <Page title="Competitor" back={BACK}>
        <RowsSkeleton />
      </Page>
    );
  const saved = () => {
    form.close();
    found.reload();
  };
  return (
    <Page
      title={data.name}
      back={BACK}
      lead={<Lead competitor={data} />}
      actions={
        mayEdit ? (
          <Button variant="default" leftSection={<EditIcon size={16} />} onClick={form.open}>
            Change address
          </Button>
        ) : null
      }
    >
      <Menu competitor={data} />
      <CompetitorForm
        opened={editing}
        known={{ name: data.name, menuUrl: data.menuUrl ?? "" }}
        onClose={form.close}
        onSaved={saved}
      />
    </Page>
  );
}

function Lead({ competitor }: { competitor: CompetitorDetail }) {
  const { menuUrl } = competitor;
  return (
    <Group gap="md">
      {menuUrl && /^https?:/i.test(menuUrl) ? (
        <Anchor href={menuUrl} target="_blank" rel="noreferrer noopener" size="sm" style={{ overflowWrap: "anywhere" }}>
          {shortAddress(menuUrl)} <ExternalIcon size={12} />
        </Anchor>
      ) : (
        <Text size="sm">No menu address</Text>
      )}
      <ScanState competitor={competitor} />
    </Group>
  );
}

function Menu({ competitor }: { competitor: CompetitorDetail }) {
  const { zone } = useOrg();
  const [params, setParams] = useSearchParams();
  const { lastScan, unreadable, rows, promotions, notCompared } = competitor;
  const doubt = doubtWords(lastScan);
  const choose = (product: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set("product", product);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      {lastScan?.status === "failed" ? (
        <Alert
          color="red"
          icon={<AlertIcon size={18} />}
          title={isUnreadable(competitor) ? "This menu can't be read" : "The last scan didn't work"}
        >
          {unreadable && isUnreadable(competitor) ? unreadableWords(unreadable, zone) : failureWords(lastScan, zone)}
          {wasRead(competitor) ? " What you see below was read before that." : ""}
        </Alert>
      ) : null}
      {doubt ? (
        <Alert color="yellow" icon={<AlertIcon size={18} />} title="We couldn't read the last menu properly">
          {doubt}
        </Alert>
      ) : null}
      {notCompared ? <NotCompared why={notCompared} /> : null}
      {wasRead(competitor) ? (
        <>
          <Figures competitor={competitor} />
          {promotions.length ? <Promotions promotions={promotions} /> : null}
          <PriceHistorySection
            competitorId={competitor.id}
            rows={rows}
            chosen={params.get("product")}
            onChoose={choose}
          />
          <ProductTable rows={rows} total={competitor.products ?? rows.length} />
        </>
      ) : (
        <Empty title="No menu yet">
          After the next scan, you'll see their products next to yours and how their prices change.
        </Empty>
      )}
    </>
  );
}

function Figures({ competitor }: { competitor: CompetitorDetail }) {
  const { comparison, priceRange } = competitor;
  const biggest = comparison?.biggest;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
      <Figure label="Products" value={count(competitor.products ?? 0)} />
      <Figure
        label="Also yours"
        value={comparison ? count(comparison.matched) : "–"}
        more={comparison ? `${count(comparison.undercuts)} below your price` : undefined}
      />
      <Figure
        label="Biggest undercut"
        value={biggest ? gapWords(biggest.percent) : "None"}
        more={biggest ? `${named(biggest.product, biggest.size)}: ${pricesWords(biggest)}` : undefined}
      />
      <Figure
        label="Prices"
        value={priceRange ? `${dollars(priceRange.min)} to ${dollars(priceRange.max)}` : "–"}
        more={priceRange ? `median ${dollars(priceRange.median)}` : undefined}
      />
    </SimpleGrid>
  );
}

function Figure({ label, value, more }: { label: string; value: string; more?: string | undefined }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={650}>{value}</Text>
      {more ? (
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {more}
        </Text>
      ) : null}
    </Paper>
  );
}

function Promotions({ promotions }: { promotions: readonly string[] }) {
  return (
    <Stack gap="xs" component="section" aria-labelledby="promotions">
      <Title order={2} size="h4" id="promotions">
        Promotions on their page
      </Title>
      <Paper withBorder p="md" component="ul" m={0} pl="xl">
        {promotions.map((promotion) => (
          <li key={promotion}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {plain(promotion)}
            </Text>
          </li>
        ))}
      </Paper>
    </Stack>
  );
}
