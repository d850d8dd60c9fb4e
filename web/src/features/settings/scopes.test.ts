import { expect, test } from "vitest";
import { scopesInWords } from "./scopes";

test("scopes read as a sentence, in one order", () => {
  expect(scopesInWords(["chat", "playbooks:run"])).toBe("Run playbooks, chat");
  expect(scopesInWords(["*"])).toBe("Everything");
  expect(scopesInWords(["chat", "menus:read"])).toBe("Chat, menus:read");
  expect(scopesInWords([])).toBe("");
});
