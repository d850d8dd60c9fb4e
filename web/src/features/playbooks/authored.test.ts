import { expect, it } from "vitest";
import type { Playbook } from "../../data/types/documents";
import { authoredOf, storable } from "./authored";

const TEXT = "2026-12-01T14:00:00Z";
const stamp = { toDate: () => new Date(TEXT), toMillis: () => Date.parse(TEXT) };
const triggers = [
  { type: "once", at: stamp },
  { type: "schedule", cron: "0 9 * * *", timezone: "UTC", endsAt: stamp, startsAt: null },
  { type: "manual" },
];
const playbook = { id: "p", name: "P", status: "active", triggers, steps: [] } as unknown as Playbook;

it("shows times as text and stores them as times", () => {
  const shown = authoredOf(playbook);
  expect(shown.triggers).toEqual([
    { type: "once", at: TEXT },
    { type: "schedule", cron: "0 9 * * *", timezone: "UTC", endsAt: TEXT, startsAt: null },
    { type: "manual" },
  ]);
  expect(storable(shown).triggers).toMatchObject([{ at: new Date(TEXT) }, { endsAt: new Date(TEXT) }, {}]);
});

it("leaves what is no time for the server to refuse", () => {
  const odd = { name: "P", steps: [], triggers: [null, { type: "once", at: "soon" }] } as unknown as Playbook;
  expect(storable(authoredOf(odd)).triggers).toEqual([null, { type: "once", at: "soon" }]);
});
