import { expect, it } from "vitest";
import { arranged, oneOf, SORTS } from "./sorting";

const ROWS = [
  { product: "blue", category: "Flower", theirPrice: 30, ourPrice: 40, percent: 25 },
  { product: "Amber", category: "Edibles", theirPrice: 9 },
  { product: "Cedar", category: "Flower", theirPrice: 66, ourPrice: 60, percent: -10 },
  { product: "Ask", category: "Flower" },
];
const ALL = { sort: "gap", descending: true, show: "all", words: "" } as const;
const names = (asked: Parameters<typeof arranged>[1]) => arranged(ROWS, asked).map((row) => row.product);

it("puts what has no value last, whichever way it is sorted", () => {
  expect(names(ALL)).toEqual(["blue", "Cedar", "Amber", "Ask"]);
  expect(names({ ...ALL, descending: false })).toEqual(["Cedar", "blue", "Amber", "Ask"]);
  expect(names({ ...ALL, sort: "theirs", descending: false })).toEqual(["Amber", "blue", "Cedar", "Ask"]);
});
it("sorts names whatever their case", () => {
  expect(names({ ...ALL, sort: "product", descending: false })).toEqual(["Amber", "Ask", "blue", "Cedar"]);
});
it("shows what is asked for", () => {
  expect(names({ ...ALL, show: "matched" })).toEqual(["blue", "Cedar"]);
  expect(names({ ...ALL, show: "below" })).toEqual(["blue"]);
  expect(names({ ...ALL, words: "flower CED" })).toEqual(["Cedar"]);
});
it("takes no word from an address that it does not know", () => {
  expect([oneOf(SORTS, "ours", "gap"), oneOf(SORTS, "__proto__", "gap"), oneOf(SORTS, null, "gap")]).toEqual([
    "ours",
    "gap",
    "gap",
  ]);
});
