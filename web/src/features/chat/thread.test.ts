import { describe, expect, it } from "vitest";
import { costWords } from "./card";
import { added, changed, newThread, openAnswer, openProposal, parsed, type Theirs } from "./thread";

const theirs = (id: string, answer: Partial<Theirs["answer"]> = {}): Theirs => ({
  kind: "theirs",
  id,
  key: `${id}-key`,
  asked: "watch prices",
  answer: { reply: "", agent: "leo", conversationId: "c", ...answer },
});

describe("a thread", () => {
  it("keeps its last entries", () => {
    let thread = newThread();
    for (let number = 0; number < 70; number++) thread = added(thread, theirs(String(number)));
    expect([thread.entries.length, thread.entries[0]?.id]).toEqual([60, "10"]);
  });

  it("has one open proposal: of the last answer, until it is done", () => {
    let thread = added(newThread(), theirs("one", { proposes: "create" }));
    expect(openProposal(thread)?.id).toBe("one");
    thread = added(thread, { kind: "mine", id: "m", message: "hm", text: "hm" });
    expect(openProposal(thread)?.id).toBe("one");
    expect(openProposal(changed(thread, "one", { outcome: { playbookId: "p" } }))).toBeUndefined();
    thread = added(thread, theirs("two"));
    expect(openProposal(thread)).toBeUndefined();
    expect(openAnswer(thread)?.id).toBe("two");
  });

  it("is read back, and anything else is not", () => {
    const thread = added(newThread(), theirs("one"));
    expect(parsed(JSON.stringify(thread))).toEqual(thread);
    for (const text of [null, "", "{", "{}", "[]", "null", '{"conversationId":1}'])
      expect(parsed(text)).toBeUndefined();
  });
});

describe("a cost", () => {
  const perRunUsd = 0.011;
  it.each([
    [{ runsPerMonth: 30, monthlyUsd: 0.33, onEvents: false }, "About $0.33 a month (30 runs at $0.01)"],
    [
      { runsPerMonth: 1, monthlyUsd: 0.011, onEvents: true },
      "About $0.01 a month (1 run at $0.01, and as much for each event)",
    ],
    [{ monthlyUsd: 0, onEvents: true }, "About $0.01 each time"],
    [{ monthlyUsd: 0, onEvents: false }, "About $0.01 a run"],
  ])("%#", (estimate, words) => expect(costWords({ perRunUsd, ...estimate })).toBe(words));
});
