/** Their products next to ours; sorting and filters are in the URL. */
import { Button, Group, Paper, SegmentedControl, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { ComparedProduct } from "../../data/types/api";
import { count, counted, dollars } from "../../format/money";
import { plain } from "../../format/words";
import { ChevronDownIcon, SearchIcon } from "../../ui/icons";
import { Gap } from "./gap";
import { arranged, oneOf, SHOWS, SORTS, type Sort, startsDescending } from "./sorting";
import { named, unitPrice } from "./words";

const SHOWN_AT_FIRST = 50;
const COLUMNS: readonly { sort: Sort; label: string; isFigure?: boolean }[] = [
  { sort: "product", label: "Product" },
  { sort: "theirs", label: "Their price", isFigure: true },
  { sort: "ours", label: "Your price", isFigure: true },
  { sort: "gap", label: "Difference" },
];

export function ProductTable({ rows, total }: { rows: readonly ComparedProduct[]; total: number }) {
  const [params, setParams] = useSearchParams();
  const [most, setMost] = useState(SHOWN_AT_FIRST);
  const sort = oneOf(SORTS, params.get("sort"), "gap");
  const descending = params.has("dir") ? params.get("dir") === "desc" : startsDescending(sort);
  const show = oneOf(SHOWS, params.get("show"), "all");
  const words = params.get("q") ?? "";
  const found = arranged(rows, { sort, descending, show, words });

  function change(fields: Record<string, string>) {
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(fields)) value ? next.set(name, value) : next.delete(name);
        return next;
      },
      { replace: true },
    );
    setMost(SHOWN_AT_FIRST);
  }
  const sortBy = (wanted: Sort) =>
    change({ sort: wanted, dir: (wanted === sort ? !descending : startsDescending(wanted)) ? "desc" : "asc" });

  return (
    <Stack gap="sm" component="section" aria-labelledby="products">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4" id="products">
          Products
        </Title>
        <Group gap="sm">
          <SegmentedControl
            size="xs"
            aria-label="Which products"
            value={show}
            onChange={(value) => change({ show: value === "all" ? "" : value })}
            data={[
              { value: "all", label: "All" },
              { value: "matched", label: "Also yours" },
              { value: "below", label: "Below your price" },
            ]}
          />
          <TextInput
            size="xs"
            aria-label="Search products"
            placeholder="Search"
            leftSection={<SearchIcon size={14} />}
            value={words}
            onChange={(event) => change({ q: event.currentTarget.value })}
          />
        </Group>
      </Group>
      {found.length === 0 ? (
        <Paper withBorder p="md">
          <Text c="dimmed">No products match. Show all products or try another search.</Text>
        </Paper>
      ) : (
        <Paper withBorder className="wide">
          <Table className="product-table" verticalSpacing="xs" horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                {COLUMNS.map(({ sort: column, label, isFigure }) => (
                  <Table.Th
                    key={column}
                    scope="col"
                    className={isFigure ? "figure" : undefined}
                    aria-sort={column !== sort ? "none" : descending ? "descending" : "ascending"}
                  >
                    <button type="button" className="sort" onClick={() => sortBy(column)}>
                      {label}
                      {column === sort ? <Direction descending={descending} /> : null}
                    </button>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.slice(0, most).map((row, number) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a menu may have the same product twice.
                <ProductRow key={`${row.product} ${number}`} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {found.length > most ? `${count(most)} of ` : ""}
          {counted(found.length, "product")}
          {total > rows.length ? `. The menu has ${count(total)}; we keep the first ${count(rows.length)}` : ""}
        </Text>
        {found.length > most ? (
          <Button size="xs" variant="default" onClick={() => setMost((before) => before + 200)}>
            Show more
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}

function Direction({ descending }: { descending: boolean }) {
  return (
    <span style={{ display: "inline-flex", rotate: descending ? "0deg" : "180deg" }}>
      <ChevronDownIcon size={14} />
    </span>
  );
}

function ProductRow({ row }: { row: ComparedProduct }) {
  const isRenamed = row.ourProduct && row.ourProduct !== row.product;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {plain(row.product)}
        </Text>
        <Text size="xs" c="dimmed">
          {[
            row.size ? plain(row.size) : "",
            row.category ? plain(row.category) : "",
            isRenamed || row.ourSize ? `yours: ${named(row.ourProduct ?? "", row.ourSize)}` : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </Table.Td>
      <PriceCell price={row.theirPrice} byUnit={row.theirUnitPrice} unit={row.unit} />
      <PriceCell price={row.ourPrice} byUnit={row.ourUnitPrice} unit={row.unit} />
      <Table.Td>
        {typeof row.percent === "number" ? (
          <Gap percent={row.percent} />
        ) : (
          <Text size="sm" c="dimmed" component="span">
            {row.available === false ? "Sold out" : row.theirPrice ? "Nothing to compare with" : "No price listed"}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** A price, with the unit price below it if sizes differ. */
function PriceCell({
  price: whole,
  byUnit,
  unit,
}: {
  price?: Figure;
  byUnit?: Figure;
  unit?: string | null | undefined;
}) {
  return (
    <Table.Td className="figure number">
      {price(whole)}
      {unit && typeof byUnit === "number" ? (
        <Text size="xs" c="dimmed">
          {unitPrice(byUnit, unit)}
        </Text>
      ) : null}
    </Table.Td>
  );
}

type Figure = number | null | undefined;
const price = (amount: number | null | undefined) => (typeof amount === "number" ? dollars(amount) : "–");
