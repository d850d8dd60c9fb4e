/** A campaign's figures in words. */
import type { CampaignProgress } from "../../data/types/documents";
import { count } from "../../format/money";

const WORDS: Readonly<Record<string, string>> = {
  deleted: "no longer a customer",
  duplicate: "listed twice",
  frequency_cap: "messaged recently",
  invalid_number: "not a phone number",
  no_consent: "no consent on record",
  no_email: "no email address",
  no_phone: "no phone number",
  opted_out: "opted out",
  suppressed: "address suppressed",
  tier_limit: "over the plan's limit",
  unreadable: "record can't be read",
};

const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);

/** Customers already handled. */
export const dealtWith = (campaign: CampaignProgress) =>
  Math.min(campaign.total, campaign.sent + campaign.failed + campaign.unknown + sum(Object.values(campaign.skipped)));

/** `3 skipped: 2 opted out, 1 no email address. 1 failed.` */
export function skippedWords({ skipped, failed, unknown }: CampaignProgress): string {
  const reasons = Object.entries(skipped).sort(([, one], [, other]) => other - one);
  const parts = [
    reasons.length > 0
      ? `${count(sum(Object.values(skipped)))} skipped: ${reasons
          .map(([reason, many]) => `${count(many)} ${WORDS[reason] ?? reason.replaceAll("_", " ")}`)
          .join(", ")}.`
      : "",
    failed > 0 ? `${count(failed)} failed.` : "",
    unknown > 0 ? `${count(unknown)} may or may not have arrived.` : "",
  ];
  return parts.filter(Boolean).join(" ");
}

/** Over all the campaign's runs; absent without counts. */
export interface CampaignFigures {
  emails?: number;
  opens?: number;
  clicks?: number;
  unsubscribes?: number;
}

/** `In all its runs: 12 opened, 3 clicked, 1 unsubscribed.` */
export function readersWords(figures: CampaignFigures | null | undefined): string {
  const parts = [
    [figures?.opens, "opened"],
    [figures?.clicks, "clicked"],
    [figures?.unsubscribes, "unsubscribed"],
  ] as const;
  const said = parts.filter(([many]) => many).map(([many, did]) => `${count(many ?? 0)} ${did}`);
  return said.length > 0 ? `In all its runs: ${said.join(", ")}.` : "";
}
