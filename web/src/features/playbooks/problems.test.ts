import { expect, it } from "vitest";
import { barsOf } from "./bars";
import { eventDataIn } from "./event-data";
import { problemsIn } from "./problems";

it("takes a reason apart by its fields", () =>
  expect(
    problemsIn("steps[0].params.to: is missing; it is required; triggers[1].cron: found 'x'; expected five"),
  ).toEqual([
    { field: "steps[0].params.to", message: "Is missing; it is required." },
    { field: "triggers[1].cron", message: "Found 'x'; expected five." },
  ]));

it("knows every field that an author writes", () =>
  expect(
    problemsIn(
      "concurrency: found 0; expected 1; retryDelaysSeconds[1]: found 0; expected 1; onFailure.fax: is not known",
    ),
  ).toEqual([
    { field: "concurrency", message: "Found 0; expected 1." },
    { field: "retryDelaysSeconds[1]", message: "Found 0; expected 1." },
    { field: "onFailure.fax", message: "Is not known." },
  ]));

it("shows a reason of no field as it is", () =>
  expect(problemsIn("too large")).toEqual([{ field: "", message: "Too large." }]));

it("takes objects alone for an event's data", () => {
  expect(eventDataIn('{"a": 1}')).toEqual({ a: 1 });
  for (const text of ["[1]", "7", "{", "null"]) expect(eventDataIn(text)).toBeUndefined();
});

it("draws each run as a bar that can be seen", () => {
  const bar = (key: string, value?: number) => ({ key, title: "", value, isBad: false });
  expect(barsOf([bar("a", 100), bar("b", 1), bar("c")], 40).map(({ height }) => height)).toEqual([40, 2, 2]);
  expect(barsOf([bar("a", 0)], 40).map(({ height }) => height)).toEqual([2]);
});
