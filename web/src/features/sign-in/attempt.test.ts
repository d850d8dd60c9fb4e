import { expect, test } from "vitest";
import { wordsOf } from "./attempt";

test("a wrong address and a wrong password read the same", () => {
  const words = ["invalid-credential", "wrong-password", "user-not-found"].map((code) =>
    wordsOf({ code: `auth/${code}` }),
  );
  expect(new Set(words)).toEqual(new Set(["That email and password don't match."]));
});

test("closing Google's window is no problem", () => {
  expect(wordsOf({ code: "auth/popup-closed-by-user" })).toBeUndefined();
});

test("what is not known is named", () => {
  expect(wordsOf({ code: "auth/something-new" })).toBe("That didn't work (auth/something-new). Try again.");
  expect(wordsOf(new Error("boom"))).toBe("That didn't work (Error: boom). Try again.");
});
