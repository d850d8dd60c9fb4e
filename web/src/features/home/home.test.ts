import { describe, expect, it } from "vitest";
import type { InboxNotification, ScheduleRecord } from "../../data/types/documents";
import type { Timestamp } from "../../data/types/times";
import { isSameDay } from "../../format/time";
import { mergedRuns } from "./due";
import { failureNeed, needsOf } from "./needs";

const at = (hour: number) => {
  const date = new Date(Date.UTC(2026, 10, 30, hour));
  return { toDate: () => date, toMillis: () => date.getTime() } as Timestamp;
};
const alert = (id: string, hour: number, executionId?: string) =>
  ({ id, title: "Down", body: "one\ntwo", createdAt: at(hour), executionId }) as InboxNotification;

describe("what needs a person", () => {
  const failure = failureNeed({ id: "run-1", playbookName: "Daily\u202E Intel", createdAt: at(9) } as never);

  it("is the newest first, and an alert about a run that is listed is left out", () => {
    const needs = needsOf([failure], [alert("a", 8, "run-1"), alert("b", 10), alert("c", 7, "run-2")]);
    expect(needs.map((one) => one.id)).toEqual(["b", "run-1", "c"]);
  });

  it("names what a run asks once, and what else it tells", () => {
    const asks = {
      id: "a",
      kind: "decision",
      title: "OK?",
      detail: "",
      to: "/",
      at: at(9),
      executionId: "run-1",
    } as const;
    const asked = { ...alert("b", 8, "run-1"), type: "approval" };
    const told = { ...alert("c", 7, "run-1"), type: "competitor_alert" };
    expect(needsOf([asks], [asked, told]).map((one) => one.id)).toEqual(["a", "c"]);
  });

  it("says at which step it failed, as people call it", () => {
    const attempts = [{ failedStepId: "each/0/send_order" }];
    const need = failureNeed({ id: "r", playbookName: "X", attempts, statusReason: "x", createdAt: at(9) } as never);
    expect(need.detail).toBe("Failed at Send order");
  });

  it("names a run without what cannot be seen", () => expect(failure.title).toBe("Daily Intel failed"));
});

describe("next runs", () => {
  const own = { playbookId: "p", nextRunAt: at(12) } as ScheduleRecord;
  const plans = { playbookId: "q", name: "Daily Intel", nextRuns: [at(9), at(11)] };

  it("are the soonest first, without those that have passed", () => {
    const due = mergedRuns([own], [plans], at(10).toDate());
    expect(due.map((one) => [one.playbookId, one.at.getUTCHours()])).toEqual([
      ["q", 11],
      ["p", 12],
    ]);
  });
});

describe("a day", () => {
  it("is the org's", () => {
    const [late, early] = [new Date("2026-11-30T04:30:00Z"), new Date("2026-11-30T05:30:00Z")];
    expect(isSameDay(late, early, "America/New_York")).toBe(false);
    expect(isSameDay(late, early, "UTC")).toBe(true);
  });
});
