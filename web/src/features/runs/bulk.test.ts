import { describe, expect, it } from "vitest";
import { bulkBody, jobPercent, jobWords, statusesFor } from "./bulk";

describe("what is asked for", () => {
  it("is every failed or every active run where the filter names no status", () => {
    expect(statusesFor("retry", {})).toEqual(["failed"]);
    expect(statusesFor("cancel", {})).toEqual(["queued", "running", "waiting", "retrying"]);
  });
  it("keeps to the filter's statuses", () => {
    expect(statusesFor("cancel", { statuses: ["waiting"] })).toEqual(["waiting"]);
    expect(statusesFor("retry", { statuses: ["completed"] })).toEqual([]);
  });
  it("carries the rest of the filter", () =>
    expect(bulkBody("retry", { playbookId: "p", trigger: "event", since: new Date(0) }, true)).toEqual({
      action: "retry",
      filter: { status: ["failed"], playbookId: "p", trigger: "event", since: "1970-01-01T00:00:00.000Z" },
      dryRun: true,
    }));
});

describe("a job in words", () => {
  const job = { action: "retry", status: "running", matched: 12, done: 5, failed: 0, skipped: 1 } as const;
  it("says what goes on", () => {
    expect(jobWords(job)).toBe("Retrying 12 runs");
    expect(jobPercent(job)).toBe(50);
  });
  it("says how it ended", () => {
    expect(jobWords({ ...job, status: "completed", done: 10, failed: 1 })).toBe(
      "10 runs retried, 1 run had already changed, 1 run could not be retried.",
    );
    expect(jobPercent({ ...job, status: "completed" })).toBe(100);
  });
  it("is not done before it is", () => expect(jobPercent({ ...job, done: 40 })).toBe(99));
});
