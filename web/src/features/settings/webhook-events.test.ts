import { expect, test } from "vitest";
import { EVENTS, lastAnswer, whyDisabled } from "./webhook-events";

test("each event has words of its own", () => {
  expect(new Set(EVENTS.map(({ name }) => name)).size).toBe(EVENTS.length);
});

test("a webhook that we turned off says why; one that its owner turned off says nothing", () => {
  expect(whyDisabled("gone", 1)).toContain("410");
  expect(whyDisabled("failing", 5)).toContain("5 messages in a row");
  expect(whyDisabled("owner", 0)).toBeUndefined();
});

test("the last answer counts, or its code where there was none", () => {
  expect(lastAnswer([])).toBe("not sent yet");
  expect(lastAnswer([{ statusCode: 500, errorCode: "provider_unavailable" }, { statusCode: 204 }])).toBe(
    "answered 204",
  );
  expect(lastAnswer([{ errorCode: "provider_unavailable" }])).toBe("no answer (provider_unavailable)");
});
