import { expect, it } from "vitest";
import { nextPath } from "./next-path";

it.each([
  [null, "/"],
  ["/runs?status=failed", "/runs?status=failed"],
  ["https://elsewhere.example/", "/"],
  ["//elsewhere.example/", "/"],
  ["/\\elsewhere.example/", "/"],
  ["/.//elsewhere.example/", "/"],
  ["/a/..//elsewhere.example/", "/"],
  ["//", "/"],
  ["///", "/"],
  ["javascript:alert(1)", "/"],
])("%s leads to %s", (asked, path) => expect(nextPath(asked)).toBe(path));
