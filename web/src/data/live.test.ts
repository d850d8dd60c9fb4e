import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepListening } from "./live";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Listener = { found: (data: number) => void; failed: (error: Error) => void; stop: () => void };

/** Listeners as they were started, what the page was told, and how to end it. */
function page() {
  const started: Listener[] = [];
  const told: (number | string)[] = [];
  const end = keepListening<number>(
    async (found, failed) => {
      const stop = vi.fn<() => void>();
      started.push({ found, failed, stop });
      return stop;
    },
    (data) => told.push(data),
    (error) => told.push(error.message),
  );
  return { started, told, end };
}

test("a listener that failed is started again, each time after twice as long", async () => {
  const { started, told } = page();
  started[0]?.failed(new Error("aborted"));
  await vi.advanceTimersByTimeAsync(4_999);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  started[1]?.failed(new Error("aborted"));
  await vi.advanceTimersByTimeAsync(9_999);
  expect(started).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  started[2]?.found(7);
  expect(told).toEqual(["aborted", "aborted", 7]);
});

test("a module that could not be loaded is loaded again", async () => {
  const listen = vi.fn(() => Promise.reject(new Error("offline")));
  const end = keepListening(listen, vi.fn(), vi.fn());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(listen).toHaveBeenCalledTimes(2);
  end();
});

test("what was ended tells nothing, starts nothing and stops its listener", async () => {
  const { started, told, end } = page();
  await vi.advanceTimersByTimeAsync(0);
  end();
  started[0]?.failed(new Error("late"));
  started[0]?.found(1);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(started[0]?.stop).toHaveBeenCalledOnce();
  expect([started.length, told]).toEqual([1, []]);
});
