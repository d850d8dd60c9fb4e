import { expect, test } from "vitest";
import { asName, inPlaybook, isName } from "./secret-names";

test("what somebody types becomes a name in capital letters", () => {
  expect(asName(" shop api-key ")).toBe("SHOP_API_KEY");
  expect(asName("STRIPE_KEY")).toBe("STRIPE_KEY");
  expect(asName("")).toBe("");
});

test("a name begins with a letter and has letters, digits, and underscores", () => {
  expect(["A", "KEY_2", "A".repeat(64)].every(isName)).toBe(true);
  expect(["", "1KEY", "_KEY", "KEY.A", "CLÉ", "KEY}}", "A".repeat(65)].some(isName)).toBe(false);
});

test("a playbook names a secret in braces", () => {
  expect(inPlaybook("STRIPE_KEY")).toBe("{{secrets.STRIPE_KEY}}");
});
