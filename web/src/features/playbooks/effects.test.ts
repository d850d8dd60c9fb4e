import { describe, expect, it } from "vitest";
import { effectWords, outcomeWords } from "./effects";

describe("an effect in words", () => {
  it.each([
    [{ effect: "once", channel: "email", to: "a@b.example", subject: "Low" }, "Email to a@b.example", "Low"],
    [{ effect: "once", channel: "sms", to: "+1315", body: "Low" }, "Text to +1315", "Low"],
    [{ effect: "idempotent", channel: "dashboard", title: "Low" }, "Post to the dashboard", "Low"],
    [{ effect: "once", method: "POST", url: "https://x.example" }, "Call another service", "POST https://x.example"],
    [{ effect: "wait", channel: "approval", title: "Sure?" }, "Wait for a decision", "Sure?"],
    [{ effect: "wait", channel: "wait", until: "2026-11-30T17:00:00Z" }, "Wait", undefined],
    [
      { effect: "idempotent", collection: "competitive_actions", count: 1204 },
      "Suggest what to do about competitors",
      "1,204",
    ],
    [{ effect: "idempotent", channel: "new_thing", path: "a/b" }, "New thing", "a/b"],
    [{ effect: "idempotent" }, "Change", undefined],
  ])("%j", (effect, title, detail) => expect(effectWords(effect)).toEqual({ title, detail }));
});

it("says that nothing was done", () => {
  expect(outcomeWords(0)).toBe("Nothing would be sent or changed.");
  expect(outcomeWords(1)).toMatch(/^Nothing was sent or changed\..*this:$/);
  expect(outcomeWords(3)).toMatch(/these 3 things:$/);
});
