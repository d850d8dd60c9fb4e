import { expect, it } from "vitest";
import { fitted, NEVER } from "./fitted";

const at = { toDate: () => new Date(1000), toMillis: () => 1000 };

const SUMMARY = {
  id: "run",
  orgId: "org",
  playbookId: "reorder",
  playbookName: "Reorder",
  playbookVersion: 1,
  trigger: { type: "manual" },
  status: "completed",
  attempt: 1,
  steps: [{ stepId: "a", action: "set", status: "completed", startedAt: at, durationMs: 2, costUsd: 0 }],
  costUsd: 0.5,
  createdAt: at,
};

it("leaves a document that is as it should be", () => {
  expect(fitted("execution_summaries", SUMMARY)).toEqual(SUMMARY);
});

it("keeps fields that the model does not know, and documents without a model", () => {
  expect(fitted("execution_summaries", { ...SUMMARY, theirs: [1] })).toMatchObject({ theirs: [1] });
  expect(fitted("approvals", { title: 5 })).toEqual({ title: 5 });
});

it("fills in what a document lacks", () => {
  expect(fitted("execution_summaries", { id: "run" })).toMatchObject({
    playbookName: "Untitled",
    status: "",
    trigger: { type: "" },
    steps: [],
    costUsd: 0,
    createdAt: NEVER,
  });
});

it("takes values of another kind for missing ones", () => {
  const wrong = {
    ...SUMMARY,
    playbookName: { first: "x" },
    statusReason: 7,
    trigger: "manual",
    steps: [null, "a", { stepId: 1, startedAt: "yesterday" }],
    waits: { a: 1 },
    costUsd: Number.NaN,
    createdAt: "2026-11-29T03:00:00Z",
    startedAt: 12,
  };
  expect(fitted("execution_summaries", wrong)).toEqual({
    ...SUMMARY,
    playbookName: "Untitled",
    trigger: { type: "" },
    steps: [{ stepId: "", action: "", status: "", durationMs: 0, costUsd: 0 }],
    costUsd: 0,
    createdAt: NEVER,
  });
});

it("leaves what people have written in a playbook as it stands", () => {
  const playbook = { id: "p", name: "P", status: "draft", triggers: [null, { type: 1 }], steps: [7, { action: null }] };
  expect(fitted("playbooks", playbook)).toEqual(playbook);
});
