import { Paper, Select, Stack, Table, Text, Title } from "@mantine/core";
import { useFetched } from "../../data/api";
import { useOrg } from "../../data/org";
import type { ComparedProduct, PriceHistories, PriceHistory } from "../../data/types/api";
import { count, dollars } from "../../format/money";
import { shortTime } from "../../format/time";
import { plain } from "../../format/words";
import { Shown } from "../../ui/states";
import { PriceChart } from "./price-chart";
import { named } from "./words";

interface Props {
  competitorId: string;
  /** The comparison, with our price of a product. */
  rows: readonly ComparedProduct[];
  /** The product's name from the URL; null for the first one. */
  chosen: string | null;
  onChoose: (product: string) => void;
}

interface Named {
  product: string;
  category?: string | null;
  size?: string | null;
}

/** Distinguishes products with the same name. */
const nameOf = ({ product, category, size }: Named) =>
  category ? `${named(product, size)} (${plain(category)})` : named(product, size);

export function PriceHistorySection({ competitorId, rows, chosen, onChoose }: Props) {
  const prices = useFetched<PriceHistories>(`/competitors/${encodeURIComponent(competitorId)}/prices`);
  return (
    <Stack gap="sm" component="section" aria-labelledby="price-history">
      <Title order={2} size="h4" id="price-history">
        Price history
      </Title>
      <Shown live={prices} what="The price history" onRetry={prices.reload}>
        {(found) => <Histories found={found} rows={rows} chosen={chosen} onChoose={onChoose} />}
      </Shown>
    </Stack>
  );
}

function Histories({ found, rows, chosen, onChoose }: Omit<Props, "competitorId"> & { found: PriceHistories }) {
  const names = found.items.map(nameOf);
  const first = rows[0] ? nameOf(rows[0]) : undefined;
  const wanted = [chosen, first].find((name) => name && names.includes(name)) ?? names[0];
  const history = found.items[names.indexOf(wanted ?? "")];
  if (!history) return <Text c="dimmed">No prices in the last 30 days.</Text>;
  const ours = rows.find((row) => nameOf(row) === wanted && row.ourPrice && !row.unit)?.ourPrice ?? undefined;
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <Select
          label="Product"
          data={[...new Set(names)]}
          value={wanted ?? null}
          searchable
          limit={50}
          allowDeselect={false}
          nothingFoundMessage="No matching product"
          maw={420}
          onChange={(name) => name && onChoose(name)}
        />
        <PriceChart history={history} ourPrice={ours} />
        <AsTable history={history} />
        {found.truncated ? (
          <Text size="sm" c="dimmed">
            This menu changes often. Only its latest prices are shown.
          </Text>
        ) : null}
        {found.passedOver ? (
          <Text size="sm" c="dimmed">
            {count(found.passedOver)} of the stored menus couldn't be read and {found.passedOver === 1 ? "is" : "are"}{" "}
            left out.
          </Text>
        ) : null}
      </Stack>
    </Paper>
  );
}

function AsTable({ history }: { history: PriceHistory }) {
  const { zone } = useOrg();
  return (
    <details>
      <summary>Show as a table</summary>
      <Table mt="xs" maw={420}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Seen</Table.Th>
            <Table.Th scope="col">Price</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {history.points.toReversed().map(({ at, price }) => (
            <Table.Tr key={at}>
              <Table.Td>{shortTime(at, zone)}</Table.Td>
              <Table.Td className="number">{dollars(price)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
