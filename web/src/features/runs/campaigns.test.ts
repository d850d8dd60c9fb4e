import { expect, test } from "vitest";
import type { CampaignProgress } from "../../data/types/documents";
import { dealtWith, readersWords, skippedWords } from "./campaigns";

const campaign = (fields: Partial<CampaignProgress>): CampaignProgress => ({
  campaignId: "c",
  status: "sending",
  total: 10,
  sent: 0,
  skipped: {},
  failed: 0,
  unknown: 0,
  pages: 1,
  pagesDone: 0,
  ...fields,
});

test("whoever got it or will not is dealt with, and nobody twice", () => {
  expect(dealtWith(campaign({ sent: 4, failed: 1, skipped: { opted_out: 2 } }))).toBe(7);
  expect(dealtWith(campaign({ sent: 9, skipped: { unreadable: 3 } }))).toBe(10);
});

test("who was left out is said with the reasons, the most common first", () => {
  const words = skippedWords(campaign({ skipped: { no_email: 1, opted_out: 2, odd_thing: 1 }, failed: 1, unknown: 2 }));
  expect(words).toBe(
    "4 skipped: 2 opted out, 1 no email address, 1 odd thing. 1 failed. 2 may or may not have arrived.",
  );
  expect(skippedWords(campaign({}))).toBe("");
});

test("what readers did is said once something is known", () => {
  expect(readersWords({ opens: 12, clicks: 3, unsubscribes: 0 })).toBe("In all its runs: 12 opened, 3 clicked.");
  expect(readersWords(null)).toBe("");
});
