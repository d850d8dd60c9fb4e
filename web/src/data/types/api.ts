/** Answers and bodies of the HTTP API, generated from the Python models (local/webtypes/models.py) by `make web-types`. */

/** What the door answers: how many runs the filter finds now, and the job; none of a dry run. */
export interface BulkAnswer {
  matched: number;
  jobId?: string | null;
}

/** A member as they are now. */
export interface ChangedPerson {
  person: ListedMember;
}

/** Yes or no per channel; a text costs money, so it is asked for. */
export interface ChannelChoice {
  email: boolean;
  dashboard: boolean;
  sms: boolean;
}

/** The answer of `POST /api/chat`. `reply` is plain text, never HTML. */
export interface ChatAnswer {
  reply: string;
  agent: string;
  conversationId: string;
  understood: Understood;
  proposes?: Intent | null;
  playbookId?: string | null;
  playbook?: Record<string, unknown> | null;
  summary?: Summary | null;
  questions?: Question[] | null;
  nextRuns?: string[] | null;
  executionId?: string | null;
  estimate?: EstimateAnswer | null;
  unread: string[];
  corrections: string[];
}

/** USD: what one run costs, and what a month of its schedule does. */
export interface EstimateAnswer {
  perRunUsd: number;
  monthlyUsd: number;
  runsPerMonth?: number | null;
  onEvents: boolean;
}

/** What is to be done. */
export type Intent = "create" | "change" | "pause" | "resume" | "delete" | "run" | "list" | "show" | "confirm" | "refuse" | "answer" | "help" | "smalltalk" | "unclear";

/** Who was added, and whether the mail with the way in went out; if not, `problem` says why. */
export interface Invited {
  person: ListedMember;
  mailSent: boolean;
  problem?: string | null;
}

/** An org's keys, newest first. `unreadable`: ids of malformed ones, which open nothing. */
export interface KeyList {
  items: ListedKey[];
  unreadable: string[];
}

/** One key. `acts_for`: the members, by uid, in whose name the agent may ask for runs. */
export interface ListedKey {
  id: string;
  agent: string;
  scopes: string[];
  actsFor: string[];
  createdAt?: string | null;
  lastUsedAt?: string | null;
  revokedAt?: string | null;
}

/** Somebody of an org. `invited`: has never signed in; `disabled`: may not sign in. */
export interface ListedMember {
  uid: string;
  email?: string | null;
  name?: string | null;
  role: "viewer" | "editor" | "owner";
  status: "active" | "invited" | "disabled";
  addedAt?: string | null;
  lastSignInAt?: string | null;
}

/** A key right after it was made: `key` is shown this once. */
export interface MadeKey {
  id: string;
  agent: string;
  scopes: string[];
  actsFor: string[];
  createdAt?: string | null;
  lastUsedAt?: string | null;
  revokedAt?: string | null;
  keyId: string;
  key: string;
}

/** Where each type of alert goes, and when the org's people want to be left alone. */
export interface NotificationPreferences {
  playbook_failure: ChannelChoice;
  usage_alert: ChannelChoice;
  competitor_alert: ChannelChoice;
  compliance_flag: ChannelChoice;
  billing_alert: ChannelChoice;
  weekly_report: ChannelChoice;
  quietHours?: QuietHours | null;
}

/** One way to answer a question: `value` is the message to send, `label` what a button says. */
export interface Option {
  value: string;
  label: string;
}

/** Everybody of an org, owners first. */
export interface People {
  items: ListedMember[];
}

/** What the owner can say of the org. A field that is malformed is left out and stands in `problems`. */
export interface Profile {
  name: string;
  timezone: string;
  postalAddress?: string | null;
  ownerEmail?: string | null;
  staffPhones: string[];
  monthlyBudgetUsd?: number | null;
  problems: ProfileProblem[];
}

/** A stored value that cannot be used: its field, the value as it stands there, and what is wrong with it. */
export interface ProfileProblem {
  field: string;
  found: string;
  problem: string;
}

/** Something that is asked; `id` is what it is about (`schedule`, `channel` …), `confirm` where yes or no is. */
export interface Question {
  id: string;
  text: string;
  options: Option[];
}

/** From `start` up to `end`, which is on the next day where it is the earlier one. */
export interface QuietHours {
  start: string;
  end: string;
  enabled: boolean;
}

/** A key that opens nothing any more, and since when. */
export interface RevokedKey {
  keyId: string;
  revokedAt: string;
}

/** A mail, a text or a post as it was sent. `to`: addresses or phone numbers; none of a post. */
export interface SentMessage {
  channel: "email" | "sms" | "slack";
  to: string[];
  subject?: string | null;
  text: string;
  html?: string | null;
}

/** A playbook in plain words, for a card: `every day at 9:00 AM EST` · `scan your competitors` · `email you`. */
export interface Summary {
  name: string;
  when: string;
  does: string;
  tells: string;
}

/** When it is worth telling: `subject op value`, like `price_gap > 10`. */
export interface Threshold {
  subject: "price_gap" | "quantity" | "sales" | "sales_change" | "days_inactive" | "spent" | "count";
  op: ">" | ">=" | "<" | "<=" | "==";
  value: number;
  unit?: "percent" | "usd" | "units" | "days" | null;
  onlyValue: boolean;
}

/** What a playbook is about; each has a recipe of steps from the catalog. */
export type Topic = "price_watch" | "competitor_report" | "competitor_changes" | "competitive_actions" | "low_stock" | "out_of_stock" | "restocked" | "reorder_plan" | "slow_movers" | "sales_summary" | "demand_forecast" | "menu_health" | "new_products" | "campaign_roi" | "campaign_draft" | "location_rollup" | "customer_segments" | "vip_customers" | "win_back" | "birthdays" | "loyalty_health" | "welcome" | "thank_you" | "our_price_changed" | "compliance_check" | "usage" | "reminder";

/** What was understood, with what was said before. What nobody said is empty or absent. */
export interface Understood {
  intent: Intent;
  topic?: Topic | null;
  schedules: UnderstoodSchedule[];
  events: string[];
  conditions: string[];
  threshold?: Threshold | null;
  channels: string[];
  recipients: string[];
  competitors: string[];
  products: string[];
  segment?: string | null;
  exclusions: string[];
}

/** When, as a trigger of the playbook will have it. */
export interface UnderstoodSchedule {
  timezone: string;
  cron: string;
  occurrence?: "first" | "second" | "third" | "fourth" | "last" | null;
}
