import { describe, expect, it } from "vitest";
import { effectsOf, effectWords, logsUrl, receiptId, resultOf } from "./details";
import { namedSteps, writtenStep } from "./run-view";

describe("a run's logs", () => {
  it("are linked in a project", () =>
    expect(logsUrl("shop-prod", "0a1b")).toBe(
      "https://console.cloud.google.com/logs/query;query=jsonPayload.executionId%3D%220a1b%22;duration=P30D?project=shop-prod",
    ));
  it("are nowhere on a local stack", () => expect(logsUrl("demo-playbooks", "0a1b")).toBeUndefined());
});

describe("what a step did to the outside", () => {
  const mail = {
    intentAt: "2026-11-30T14:00:01Z",
    summary: { channel: "email", to: "a@b.example" },
    receipt: { messageId: "7" },
  };
  const text = {
    intentAt: "2026-11-30T14:00:00Z",
    summary: { channel: "sms", to: "+13155550100" },
    receipt: { outcome: "unknown" },
  };
  const details = { effects: { "each/0/tell/email": mail, "each/0/tell/sms:0100": text, "each/email": mail } };
  it("is that of the step alone, in its order", () => {
    expect(effectsOf(details, "each/0/tell")).toEqual([text, mail]);
    expect(effectsOf(details, "each")).toEqual([mail]);
  });
  it("is said in words", () => {
    expect(effectWords(mail)).toBe("Email to a@b.example");
    expect(effectWords({ intentAt: "", summary: { method: "POST", url: "https://crm.example" } })).toBe(
      "POST https://crm.example",
    );
    expect(effectWords({ intentAt: "" })).toBe("External call");
  });
  it("has the provider's id where there is one", () => expect([mail, text].map(receiptId)).toEqual(["7", undefined]));
});

describe("steps as written", () => {
  const steps = [
    { action: "set" },
    { action: "set" },
    {
      id: "each",
      action: "for_each",
      params: {
        items: "{{event.items}}",
        steps: [
          {
            action: "parallel",
            id: "both",
            params: { branches: [{ name: "left", steps: [{ action: "notify", params: { subject: "Hi" } }] }] },
          },
        ],
      },
    },
  ];
  it("are named as the engine names them", () =>
    expect(namedSteps(steps).map(({ id }) => id)).toEqual(["set", "set_2", "each"]));
  it("are found inside others", () => {
    expect(writtenStep(steps, "each/3/both/left/notify")?.params).toEqual({ subject: "Hi" });
    expect(writtenStep(steps, "each/0/none")).toBeUndefined();
    expect(writtenStep("odd", "each")).toBeUndefined();
  });
});

it("finds results inside a step that has not ended", () =>
  expect(resultOf({ stepResults: [], progress: { "each/0/a": { stepId: "each/0/a" } } }, "each/0/a")?.stepId).toBe(
    "each/0/a",
  ));
