/** The content of a decision by kind: numbers, before and after, the final copy. */
import { Box, Group, Paper, Stack, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { counted, dollars, percent } from "../../format/money";
import { label } from "../../format/words";
import { When } from "../../ui/when";
import { fieldsOf, instant, list, number, text, texts } from "./fields";
import { type Decision, type PriceRow, priceRows } from "./model";

export function Content({ decision }: { decision: Decision }) {
  switch (decision.kind) {
    case "pricing_suggestions":
    case "margin_optimizations":
      return <Prices decision={decision} />;
    case "campaign_drafts":
      return <Campaign decision={decision} />;
    case "inventory_recommendations":
      return <Categories decision={decision} />;
    default:
      return null;
  }
}

function Prices({ decision: { fields } }: { decision: Decision }) {
  const rows = priceRows(fields);
  const [only] = rows;
  if (!only) return null;
  if (rows.length === 1) return <OnePrice row={only} />;
  const hasTheirs = rows.some((row) => row.theirs !== undefined);
  const more = (number(fields.productCount) ?? 0) - rows.length;
  return (
    <Stack gap={4}>
      <Table verticalSpacing={6} horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Product</Table.Th>
            <Table.Th ta="right">Now</Table.Th>
            {hasTheirs ? (
              <Table.Th ta="right" visibleFrom="xs">
                Theirs
              </Table.Th>
            ) : null}
            <Table.Th ta="right">Suggested</Table.Th>
            <Table.Th ta="right" visibleFrom="xs">
              Change
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: products may share a name, and their order never changes.
            <Table.Tr key={place}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>
                {row.product}
                {row.size && !row.product.includes(row.size) ? (
                  <Text size="xs" c="dimmed">
                    {row.size}
                  </Text>
                ) : null}
              </Table.Td>
              <Amount usd={row.current} />
              {hasTheirs ? <Amount usd={row.theirs} visibleFrom="xs" /> : null}
              <Amount usd={row.suggested} isNew>
                <Text size="xs" c="dimmed" hiddenFrom="xs">
                  {changeOf(row)}
                </Text>
              </Amount>
              <Table.Td ta="right" className="number" visibleFrom="xs">
                {changeOf(row)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {more > 0 ? (
        <Text size="sm" c="dimmed">
          {counted(more, "other product")} {more === 1 ? "keeps its price" : "keep their prices"}.
        </Text>
      ) : null}
    </Stack>
  );
}

function Amount(props: { usd: number | undefined; isNew?: boolean; visibleFrom?: "xs"; children?: ReactNode }) {
  const { usd, isNew, children, ...shown } = props;
  return (
    <Table.Td ta="right" className="number" fw={isNew ? 650 : 400} {...shown}>
      {usd === undefined ? "–" : dollars(usd)}
      {children}
    </Table.Td>
  );
}

export const changeOf = ({ changePercent }: PriceRow) =>
  changePercent === undefined ? "–" : `${changePercent > 0 ? "+" : ""}${percent(changePercent)}`;

function OnePrice({ row }: { row: PriceRow }) {
  return (
    <Group gap="xl" align="flex-end">
      <Figure label="Now" value={row.current === undefined ? "No price" : dollars(row.current)} />
      {row.theirs === undefined ? null : <Figure label="Theirs" value={dollars(row.theirs)} />}
      <Figure label="Suggested" value={dollars(row.suggested)} isNew />
      {row.changePercent === undefined ? null : <Figure label="Change" value={changeOf(row)} />}
    </Group>
  );
}

export function Figure({ label, value, isNew = false }: { label: string; value: string; isNew?: boolean }) {
  return (
    <Box>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fz="lg" fw={isNew ? 700 : 450} className="number">
        {value}
      </Text>
    </Box>
  );
}

const CHANNELS: Record<string, string> = { email: "Email", sms: "Text message", dashboard: "Dashboard" };

function Campaign({ decision: { fields } }: { decision: Decision }) {
  const [subject, body, smsText] = [text(fields.subject), text(fields.body), text(fields.smsText)];
  const discount = number(fields.discountPercent);
  const points = number(fields.loyaltyMultiplier);
  const startsAt = instant(fields.startsAt);
  const channels = texts(fields.channels).map((one) => CHANNELS[one] ?? one);
  const segment = text(fields.segment);
  return (
    <Stack gap="sm">
      <Group gap="xl" align="flex-start">
        {segment ? <Figure label="To" value={label(segment)} /> : null}
        {channels.length ? <Figure label="By" value={channels.join(", ")} /> : null}
        {discount === undefined ? null : <Figure label="Discount" value={percent(discount)} />}
        {points === undefined ? null : <Figure label="Points" value={`${points}×`} />}
      </Group>
      {startsAt ? (
        <Text size="sm">
          Starts <When at={startsAt} as="calendar" />
        </Text>
      ) : null}
      {[body, smsText].map((copy, place) =>
        copy ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the mail's copy and the text's, always in this order.
          <Paper key={place} withBorder p="sm" className="copy">
            {subject && place === 0 ? <Text fw={600}>{subject}</Text> : null}
            <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {copy}
            </Text>
          </Paper>
        ) : null,
      )}
    </Stack>
  );
}

function Categories({ decision: { fields } }: { decision: Decision }) {
  const examples = list(fields.examples).map(fieldsOf);
  return (
    <Box component="ul" m={0} pl="md">
      {texts(fields.categories).map((category) => {
        const products = list(examples.find((one) => one.category === category)?.products).map(fieldsOf);
        return (
          <li key={category}>
            <Text span fw={550}>
              {category}
            </Text>
            {products.length ? (
              <Text span size="sm" c="dimmed">
                {" "}
                {products.map(example).join(", ")}
              </Text>
            ) : null}
          </li>
        );
      })}
    </Box>
  );
}

function example(product: Record<string, unknown>): string {
  const price = number(product.price);
  return `${text(product.name) ?? "?"}${price === undefined ? "" : ` ${dollars(price)}`}`;
}
