import { expect, test } from "vitest";
import type { Authored } from "./authored";
import { paceOf, paceWords, withPace } from "./pace";

const LOW_STOCK = { type: "event", id: "low", eventName: "inventory.low_stock", filter: "event.quantity < 5" } as const;
const DAILY = { type: "schedule", id: "daily", cron: "0 9 * * *" } as const;

const authored = (more: object = {}): Authored =>
  ({ name: "Restock", steps: [], triggers: [DAILY, LOW_STOCK], ...more }) as unknown as Authored;

test("without limits it says nothing, and saving an untouched form changes nothing", () => {
  expect(paceWords(authored())).toEqual([]);
  expect(withPace(authored(), paceOf(authored()))).toEqual(authored());
});

test("limits are said in words", () => {
  const limited = authored({
    concurrency: 1,
    triggers: [
      { ...LOW_STOCK, throttle: { runs: 1_000, per: "hour" }, debounce: { seconds: 60, by: "event.itemId" } },
      { type: "webhook", throttle: { runs: 1, per: "day" } },
    ],
  });
  expect(paceWords(limited)).toEqual([
    "Up to 1 run at the same time.",
    "Inventory low stock: up to 1,000 runs an hour.",
    "Inventory low stock: starts once no new event has come for 60 seconds, separately for each itemId.",
    "Webhook: up to 1 run a day.",
  ]);
});

test("what a form holds is what is read back from it", () => {
  const form = paceOf(authored({ concurrency: 3 }));
  const [low] = form.triggers;
  if (!low) throw new Error("no form of the event's trigger");
  const changed = {
    concurrency: 2,
    retries: "own" as const,
    delays: "60, 3600",
    triggers: [{ ...low, runs: 5, per: "day" as const, seconds: 30, by: "event.id" }],
  };
  const saved = withPace(authored({ concurrency: 3 }), changed);
  expect(paceOf(saved)).toEqual(changed);
  expect(saved.triggers[0]).toEqual(DAILY);
  expect(saved.triggers[1]).toMatchObject({ id: "low", filter: LOW_STOCK.filter });
});

test("an emptied field is no limit any more", () => {
  const limited = authored({ concurrency: 3, triggers: [{ ...LOW_STOCK, throttle: { runs: 5, per: "day" } }] });
  const form = paceOf(limited);
  const emptied = withPace(limited, {
    ...form,
    concurrency: undefined,
    triggers: form.triggers.map((one) => ({ ...one, runs: undefined })),
  });
  expect(emptied).toEqual(authored({ triggers: [LOW_STOCK] }));
});

test("a form says whether and when a failed run is tried again", () => {
  const saved = (retries: "default" | "own" | "none", delays: string) =>
    withPace(authored(), { ...paceOf(authored()), retries, delays }).retryDelaysSeconds;
  expect(saved("own", "60,600; 3600")).toEqual([60, 600, 3600]);
  expect(saved("own", "soon, 5")).toEqual(["soon", 5]);
  expect(saved("own", " ")).toBeUndefined();
  expect(saved("none", "60")).toEqual([]);
  expect(saved("default", "60")).toBeUndefined();
  expect(paceOf(authored({ retryDelaysSeconds: [] })).retries).toBe("none");
});

test("its own waits between attempts are told", () => {
  const told = (retryDelaysSeconds: number[] | null) => paceWords({ triggers: [], retryDelaysSeconds });
  expect(told(null)).toEqual([]);
  expect(told([])).toEqual(["Failed runs aren't retried."]);
  expect(told([60, 3_600])).toEqual(["Failed runs are retried after 60 s, 3,600 s."]);
});
