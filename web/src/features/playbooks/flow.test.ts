import { describe, expect, it } from "vitest";
import { conditionWords, fieldWords, flowOf, isInWords } from "./flow";

const SEND = { action: "send_email", params: { to: "{{item.email}}", subject: "Hi" } };

describe("a flow", () => {
  it("names steps, agents and conditions, and keeps params apart", () =>
    expect(
      flowOf([{ action: "analyze_pricing", agent: "money_mike", condition: "{{scan.count}} > 0", params: { a: 1 } }]),
    ).toEqual([
      {
        path: "steps[0]",
        action: "analyze_pricing",
        title: "Analyze pricing",
        agent: "Money Mike",
        condition: "count is more than 0",
        goesOn: false,
        params: { a: 1 },
        blocks: [],
      },
    ]));

  it("nests loops, cases and branches", () => {
    const [loop, branch, parallel] = flowOf([
      { action: "for_each", params: { items: "{{x}}", steps: [SEND] } },
      { action: "branch", params: { cases: [{ when: "a.n > 1", steps: [SEND] }], else: [SEND] } },
      { action: "parallel", params: { branches: [{ name: "ours", steps: [SEND] }, { steps: [SEND] }] } },
    ]);
    expect(loop?.params).toEqual({ items: "{{x}}" });
    expect(loop?.blocks[0]?.steps[0]?.path).toBe("steps[0].params.steps[0]");
    expect(branch?.blocks.map((one) => one.title)).toEqual(["If n is more than 1", "Otherwise"]);
    expect(parallel?.blocks.map((one) => one.title)).toEqual(["Ours", "Branch 2"]);
  });

  it.each([[undefined], ["x"], [{}], [[null, 7, "x"]]])("is empty for %j", (steps) =>
    expect(flowOf(steps)).toEqual([]),
  );

  it("ends where steps nest without end", () => {
    const endless: { action: string; params: { steps: unknown[] } } = { action: "for_each", params: { steps: [] } };
    endless.params.steps.push(endless);
    expect(() => flowOf([endless])).not.toThrow();
  });
});

describe("a condition", () => {
  it.each([
    ["{{money_mike.price_gap}} > 10", "price gap is more than 10"],
    ["event.lowCount <= 3", "low count is at most 3"],
    ["org.tierId == 'pro'", "tier id is pro"],
    ["steps.road.sms", "there is sms"],
    ["(a.b | default(0)) > 1 and c", "(a.b | default(0)) > 1 and c"],
  ])("%s", (condition, words) => expect(conditionWords(condition)).toBe(words));
});

it("knows words from expressions", () =>
  expect([isInWords("price gap is more than 10"), isInWords("(a.b | length) > 0")]).toEqual([true, false]));

it("names a field by its step", () => {
  expect(fieldWords("steps[0].params.to", [SEND])).toBe("Step 1 (Send an email), to");
  expect(fieldWords("triggers[1].cron", [])).toBe("Trigger 2, cron");
  expect(fieldWords("name", undefined)).toBe("Name");
  expect(fieldWords("retryDelaysSeconds[1]", [])).toBe("Delay before retry 2");
  expect(fieldWords("retryDelaysSeconds", [])).toBe("Retry delays");
});
