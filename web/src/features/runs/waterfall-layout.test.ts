import { describe, expect, it } from "vitest";
import type { RunView, StepView } from "./run-view";
import { scaleOf } from "./scale";
import { firstToLookAt, layOut } from "./waterfall-layout";

const T = Date.parse("2026-11-30T14:00:00Z");

function run(fields: Partial<RunView>): RunView {
  return {
    id: "r",
    playbookId: "p",
    playbookName: "P",
    playbookVersion: 1,
    status: "completed",
    cause: "manual",
    attempt: 1,
    replay: 0,
    attempts: [{ number: 1, startedAt: T }],
    planned: [],
    steps: [],
    waits: [],
    createdAt: T - 100,
    startedAt: T,
    isCanceling: false,
    costUsd: 0,
    ...fields,
  };
}

const step = (
  path: string,
  startedAt: number | undefined,
  durationMs: number,
  more: Partial<StepView> = {},
): StepView => ({
  path,
  action: "set",
  status: "completed",
  startedAt,
  durationMs,
  costUsd: 0,
  ...more,
});
const planned = (...paths: string[]) => paths.map((path) => ({ path, action: "set" }));
const near = (value: number) => expect.closeTo(value, 3);

describe("a run that has completed", () => {
  const done = layOut(
    run({ planned: planned("a", "b"), steps: [step("a", T, 100), step("b", T + 100, 300)], completedAt: T + 400 }),
    T + 9_999,
  );
  it("places each step where it ran", () =>
    expect(done.rows.map(({ path, bars }) => [path, bars])).toEqual([
      ["a", [{ kind: "work", left: 0, width: near(0.25), length: 100 }]],
      ["b", [{ kind: "work", left: near(0.25), width: near(0.75), length: 300 }]],
    ]));
  it("ends with the run, whatever the time is", () => expect(done.to).toBe(T + 400));
  it("asks for no look at any step", () => expect(firstToLookAt(done.rows)).toBeUndefined());
});

describe("retries", () => {
  const attempts = [
    { number: 1, startedAt: T, endedAt: T + 200, failedStep: "b", error: "503" },
    { number: 2, startedAt: T + 5_200, endedAt: T + 5_300, failedStep: "b", error: "503" },
  ];
  const retrying = run({
    status: "retrying",
    attempt: 2,
    attempts,
    planned: planned("a", "b", "c"),
    steps: [step("a", T, 100), step("b", T + 5_200, 100, { status: "failed" })],
    nextAttemptAt: T + 35_300,
  });
  const { rows, to, cuts } = layOut(retrying, T + 6_000);
  it("shows each failed try once, and the ladder up to the next one", () =>
    expect(rows[1]?.bars.map(({ kind, length }) => [kind, length])).toEqual([
      ["failed", 100],
      ["failed", 100],
      ["ladder", 30_000],
    ]));
  it("reaches to the next attempt", () => expect(to).toBe(T + 35_300));
  it("draws the pauses short", () => {
    expect(cuts.map(({ length }) => length)).toEqual([5_000, 30_000]);
    for (const cut of cuts) expect(cut.width).toBeLessThan(0.4);
  });
  it("leaves what has not begun pending, and points at the step that failed", () => {
    expect(rows.map(({ status }) => status)).toEqual(["completed", "retrying", "pending"]);
    expect(firstToLookAt(rows)).toBe("b");
  });
  it("shows a step that made it at last with its failed tries before", () => {
    const made = layOut(
      run({
        attempts: [attempts[0] as never, { number: 2, startedAt: T + 5_200, endedAt: T + 5_400 }],
        planned: planned("a", "b"),
        steps: [step("a", T, 100), step("b", T + 5_200, 200)],
        completedAt: T + 5_400,
      }),
      T + 6_000,
    );
    expect(made.rows[1]?.bars.map(({ kind }) => kind)).toEqual(["failed", "work"]);
    expect(made.rows[1]?.status).toBe("completed");
  });
});

describe("waits", () => {
  it("grow with the time while they last", () => {
    const waiting = run({
      status: "waiting",
      planned: planned("a", "wait"),
      steps: [step("a", T, 100)],
      waits: [{ path: "wait", since: T + 100, until: T + 3_600_100 }],
    });
    const { rows } = layOut(waiting, T + 60_100);
    expect(rows[1]).toMatchObject({ status: "waiting", bars: [{ kind: "wait", length: 60_000 }] });
    expect(firstToLookAt(rows)).toBe("wait");
  });
  it("stand before the work that ended them", () => {
    const { rows } = layOut(
      run({
        planned: planned("wait"),
        steps: [step("wait", T + 3_600_000, 5, { waitedSince: T })],
        completedAt: T + 3_600_005,
      }),
      T,
    );
    expect(rows[0]?.bars.map(({ kind, length }) => [kind, length])).toEqual([
      ["wait", 3_600_000],
      ["work", 5],
    ]);
  });
});

describe("steps inside others", () => {
  const steps = [
    step("each", T, 100),
    ...[10, 2, 1].map((item) => step(`each/${item}/mail`, T + item, 5)),
    step("each/1/both/left/note", T + 3, 1),
  ];
  const { rows } = layOut(run({ planned: planned("each", "end"), steps, completedAt: T + 100 }), T);
  it("stand under them, item by item", () =>
    expect(rows.map(({ path }) => path)).toEqual([
      "each",
      "each/1/mail",
      "each/1/both/left/note",
      "each/2/mail",
      "each/10/mail",
      "end",
    ]));
  it("know their depth, their name and their block", () =>
    expect(rows[2]).toMatchObject({ depth: 2, name: "note", block: "left", inside: 0 }));
  it("are counted", () => expect(rows[0]?.inside).toBe(4));
  it("are preferred where one of them failed", () => {
    const failed = layOut(
      run({
        status: "failed",
        planned: planned("each"),
        steps: [step("each", T, 9, { status: "failed" }), step("each/0/mail", T, 9, { status: "failed" })],
      }),
      T,
    );
    expect(firstToLookAt(failed.rows)).toBe("each/0/mail");
  });
});

describe("a run that is running", () => {
  const running = run({ status: "running", planned: planned("a", "b", "c"), steps: [step("a", T, 100)] });
  it("moves with the time", () => {
    const [early, late] = [T + 200, T + 500].map((now) => layOut(running, now).rows[1]);
    expect([early?.status, early?.bars[0]?.length]).toEqual(["running", 100]);
    expect(late?.bars[0]?.length).toBe(400);
  });
  it("goes on at the step that failed before", () => {
    const again = run({
      status: "running",
      attempts: [
        { number: 1, startedAt: T, endedAt: T + 100, failedStep: "a" },
        { number: 2, startedAt: T + 5_100 },
      ],
      planned: planned("a", "b"),
      steps: [step("a", T, 100, { status: "failed" })],
    });
    expect(layOut(again, T + 5_300).rows[0]).toMatchObject({
      status: "running",
      bars: [{ kind: "failed" }, { kind: "running", length: 200 }],
    });
  });
  it("is never drawn backwards where the clocks differ", () =>
    expect(layOut(running, T - 60_000).rows[1]?.bars[0]?.length).toBe(0));
});

describe("what is missing", () => {
  it("results without a start follow one another", () => {
    const old = run({
      planned: planned("a", "b"),
      steps: [step("a", undefined, 100), step("b", undefined, 300)],
      completedAt: T + 400,
    });
    expect(layOut(old, T).rows.map(({ bars }) => bars[0]?.left)).toEqual([0, near(0.25)]);
  });
  it("a run that never began has rows without bars", () => {
    const skipped = layOut(
      run({ status: "skipped", startedAt: undefined, attempts: [], planned: planned("a"), completedAt: T }),
      T,
    );
    expect(skipped.rows).toMatchObject([{ status: "pending", bars: [] }]);
  });
  it("a run without a plan shows what it did", () =>
    expect(layOut(run({ steps: [step("a", T, 1), step("b/0/c", T, 1)] }), T).rows.map(({ path }) => path)).toEqual([
      "a",
      "b",
      "b/0/c",
    ]));
  it("a canceled run says so of what never ran", () =>
    expect(layOut(run({ status: "cancelled", planned: planned("a"), completedAt: T }), T).rows[0]?.status).toBe(
      "canceled",
    ));
  it("a skipped step has no bar", () =>
    expect(
      layOut(run({ planned: planned("a"), steps: [step("a", T, 0, { status: "skipped" })] }), T).rows[0]?.bars,
    ).toEqual([]));
});

describe("the scale", () => {
  it("is true to time where nothing is idle for long", () => {
    const scale = scaleOf(
      [
        { from: 0, to: 50 },
        { from: 60, to: 100 },
      ],
      0,
      100,
    );
    expect([0, 25, 55, 100].map(scale.at)).toEqual([0, 0.25, 0.55, 1]);
    expect(scale.cuts).toEqual([]);
  });
  it("never runs backwards, and ends at both ends", () => {
    const scale = scaleOf(
      [
        { from: 0, to: 10 },
        { from: 5, to: 20 },
        { from: 90_000, to: 90_010 },
      ],
      0,
      200_000,
    );
    const places = Array.from({ length: 400 }, (_, index) => scale.at(index * 500));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect([scale.at(-5), scale.at(200_000), scale.at(999_999)]).toEqual([0, near(1), near(1)]);
  });
  it("bears a line without any work", () => expect(scaleOf([], 0, 0).at(0)).toBe(0));
});
