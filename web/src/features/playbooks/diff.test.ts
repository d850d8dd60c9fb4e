import { expect, it } from "vitest";
import { differences, MOST_DIFFERENCES } from "./diff";

const BEFORE = {
  name: "Prices",
  triggers: [{ type: "schedule", cron: "0 9 * * *" }],
  steps: [{ action: "notify", params: { subject: "Hi", to: ["a"] } }],
};

it("says nothing of what is the same", () => expect(differences(BEFORE, structuredClone(BEFORE))).toEqual([]));

it("names fields by their steps, with what stood and stands there", () => {
  const after = structuredClone(BEFORE);
  after.steps = [{ action: "notify", params: { subject: "Hello", to: ["a", "b"] } }];
  after.triggers = [];
  expect(differences(BEFORE, after)).toEqual([
    { path: "steps[0].params.subject", field: "Step 1 (Send a notification), subject", before: "Hi", after: "Hello" },
    { path: "steps[0].params.to[1]", field: "Step 1 (Send a notification), to[1]", before: undefined, after: "b" },
    {
      path: "triggers[0]",
      field: "Trigger 1",
      before: JSON.stringify(BEFORE.triggers[0], null, 1),
      after: undefined,
    },
  ]);
});

it("cleans what it shows", () => expect(differences({ name: "a" }, { name: "b\u202Ec" })[0]?.after).toBe("bc"));

it("ends somewhere", () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, index]));
  expect(differences({}, many)).toHaveLength(MOST_DIFFERENCES);
});
