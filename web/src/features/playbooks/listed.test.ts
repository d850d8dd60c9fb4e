import { expect, it } from "vitest";
import { byCategory, categoriesOf, chosenIn, isFiltered, type ListedPlaybook, nextRun, searchPath } from "./listed";

const one = (name: string, fields: Partial<ListedPlaybook> = {}): ListedPlaybook => ({
  playbookId: name,
  name,
  description: "",
  category: "pricing",
  status: "active",
  when: "",
  ...fields,
});

it("reads the address and passes over what it cannot mean", () => {
  expect(chosenIn(new URLSearchParams("search=a&status=paused&category=x"))).toEqual({
    search: "a",
    status: "paused",
    category: "x",
  });
  expect(chosenIn(new URLSearchParams("status=nonsense"))).toEqual({ search: "", status: null, category: null });
  expect(isFiltered({ search: " ", status: null, category: null })).toBe(false);
});

it("asks the API for what was chosen", () =>
  expect(searchPath({ search: " a&b ", status: "paused", category: null }, 15)).toBe(
    "/playbooks?search=a%26b&summaries=true&limit=15&status=paused",
  ));

it("groups whatever the case, by name, without what chat ran once", () => {
  const found = byCategory([
    one("b"),
    one("a", { category: "Pricing" }),
    one("c", { adHoc: true }),
    one("d", { category: "" }),
  ]);
  expect(found.map(({ title, playbooks }) => [title, playbooks.map(({ name }) => name)])).toEqual([
    ["Other", ["d"]],
    ["Pricing", ["a", "b"]],
  ]);
});

it("offers each category once", () => {
  const names = categoriesOf([one("a", { category: "Pricing" }), one("b", { category: "Mine" })], "mine").map(
    ({ label }) => label,
  );
  expect(names.filter((name) => name.toLowerCase() === "pricing")).toHaveLength(1);
  expect(names).toContain("Mine");
});

it("passes over runs that have been", () => {
  const runs = ["2026-11-30T14:00:00Z", "2026-12-01T14:00:00Z"];
  expect(nextRun(one("a", { nextRuns: runs }), Date.parse("2026-11-30T15:00:00Z"))).toBe(runs[1]);
  expect(nextRun(one("a"), 0)).toBeUndefined();
});
