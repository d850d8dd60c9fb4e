import { expect, it } from "vitest";
import { QUERIES } from "./registry";

it("keeps queries.json in step with the queries (`npx vitest run -u` writes it)", async () => {
  await expect(`${JSON.stringify(QUERIES, null, 2)}\n`).toMatchFileSnapshot("../queries.json");
});

it("names each query once", () => {
  const names = QUERIES.map((one) => one.name);
  expect(names).toEqual([...new Set(names)]);
});

it("bounds every list", () => {
  for (const { query } of QUERIES) if ("limit" in query) expect(query.limit).toBeLessThanOrEqual(50);
});
