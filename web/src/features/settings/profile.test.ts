import { expect, test } from "vitest";
import type { Profile } from "../../data/types/api";
import { changesOf, draftOf, problemsOf, storedProblems } from "./profile";

const PROFILE: Profile = {
  name: "Green Leaf",
  timezone: "America/New_York",
  ownerEmail: "pat@shop.example",
  staffPhones: ["+13155550101"],
  monthlyBudgetUsd: 250,
  problems: [],
};

test("nothing changed is no change", () => {
  const draft = draftOf(PROFILE);
  expect(changesOf(draft, { ...draft, staffPhones: [...draft.staffPhones, "  "] })).toEqual({});
});

test("only what differs is sent, and what is emptied is taken away", () => {
  const draft = draftOf(PROFILE);
  const after = { ...draft, ownerEmail: " ", staffPhones: ["(315) 555-0102"], monthlyBudgetUsd: "99.5" };
  expect(changesOf(draft, after)).toEqual({
    ownerEmail: null,
    staffPhones: ["(315) 555-0102"],
    monthlyBudgetUsd: 99.5,
  });
  expect(changesOf(draft, { ...draft, monthlyBudgetUsd: "" })).toEqual({ monthlyBudgetUsd: null });
  expect(changesOf(draft, { ...draft, monthlyBudgetUsd: "a lot" })).toEqual({ monthlyBudgetUsd: "a lot" });
});

test("what is stored and can't be used is shown as it is", () => {
  const problems = [
    { field: "staffPhones", found: '["12"]', problem: "expected a phone number" },
    { field: "monthlyBudgetUsd", found: "plenty", problem: "expected a number" },
  ];
  const profile: Profile = { ...PROFILE, staffPhones: [], monthlyBudgetUsd: null, problems };
  expect(draftOf(profile)).toMatchObject({ staffPhones: ["12"], monthlyBudgetUsd: "plenty" });
  expect([...storedProblems(profile).keys()]).toEqual(["staffPhones", "monthlyBudgetUsd"]);
});

test("a refusal stands at its field", () => {
  const found = problemsOf([{ field: "staffPhones[1]", found: "a text", expected: "a phone number in E.164" }]);
  expect(found.get("staffPhones[1]")).toBe("Enter a phone number, like +1 315 555 0123.");
});
