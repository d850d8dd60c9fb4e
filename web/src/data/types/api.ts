/** Answers and bodies of the HTTP API, generated from the Python models (local/webtypes/models.py) by `make web-types`. */

/** The product that they sell furthest below our price; `percent` is of ours. */
export interface BiggestUndercut {
  product: string;
  size?: string | null;
  theirSize?: string | null;
  ourPrice: number;
  theirPrice: number;
  unit?: "g" | "10mg" | "ml" | "piece" | null;
  ourUnitPrice?: number | null;
  theirUnitPrice?: number | null;
  percent: number;
}

/** This month's. `monthlyUsd` none: no budget is set. `percent`: how much of it is spent, to a tenth. */
export interface Budget {
  monthlyUsd?: number | null;
  spentUsd: number;
  percent?: number | null;
}

/** What the door answers: how many runs the filter finds now, and the job; none of a dry run. */
export interface BulkAnswer {
  matched: number;
  jobId?: string | null;
}

/** A member as they are now. */
export interface ChangedPerson {
  person: ListedMember;
}

/** Yes or no per channel. Texts cost money, so they are opt-in. */
export interface ChannelChoice {
  email: boolean;
  dashboard: boolean;
  sms: boolean;
}

/** The answer of one turn. `reply` is plain text, never HTML. */
export interface ChatAnswer {
  reply: string;
  agent: string;
  understood: Understood;
  conversationId: string;
  proposes?: Intent | null;
  playbookId?: string | null;
  playbook?: Record<string, unknown> | null;
  summary?: Summary | null;
  questions?: Question[];
  nextRuns?: string[];
  executionId?: string | null;
  estimate?: EstimateAnswer | null;
  unread: string[];
  corrections: Correction[];
}

/** What is wrong or, if nothing is, each schedule in words with its next runs. */
export interface Checked {
  problems: Problem[];
  warnings: Problem[];
  schedules: ScheduleShown[];
}

/** A size of a product of theirs; `ourProduct`, `ourPrice` and `percent` where it is one of ours. USD. */
export interface ComparedProduct {
  product: string;
  category?: string | null;
  size?: string | null;
  theirPrice?: number | null;
  available?: boolean | null;
  ourProduct?: string | null;
  ourSize?: string | null;
  ourPrice?: number | null;
  unit?: "g" | "10mg" | "ml" | "piece" | null;
  theirUnitPrice?: number | null;
  ourUnitPrice?: number | null;
  percent?: number | null;
}

/** `matched`: how many of their products are ours too; `undercuts`: at how many of these they are cheaper. */
export interface Comparison {
  matched: number;
  undercuts: number;
  biggest?: BiggestUndercut | null;
}

/** One with its menu, the largest undercut first. A menu too long to keep has fewer `rows` than `products`. */
export interface CompetitorDetail {
  id: string;
  name: string;
  menuUrl?: string | null;
  priority?: number | null;
  lastScan?: LastScan | null;
  unreadable?: Unreadable | null;
  menuSeenAt?: string | null;
  products?: number | null;
  comparison?: Comparison | null;
  rows: ComparedProduct[];
  priceRange?: PriceRange | null;
  promotions: string[];
  notCompared?: string | null;
}

/** One competitor. `products`: on its menu as it was last found; without it no menu was ever read. */
export interface CompetitorItem {
  id: string;
  name: string;
  menuUrl?: string | null;
  priority?: number | null;
  lastScan?: LastScan | null;
  unreadable?: Unreadable | null;
  menuSeenAt?: string | null;
  products?: number | null;
  comparison?: Comparison | null;
}

/** `limit` −1: the tier tracks any number. `notCompared`: why no comparison could be made. USD. */
export interface CompetitorList {
  items: CompetitorItem[];
  tierId: string;
  used: number;
  limit: number;
  notCompared?: string | null;
  nextAfter?: string | null;
}

/** A word that was read as another. */
export interface Correction {
  said: string;
  read: string;
}

/** A catalog playbook that the org's tier includes and the org has deleted. */
export interface DeletedPlaybook {
  playbookId: string;
  name: string;
  description: string;
  category: string;
}

/** The newest 50 messages to an address, the newest first; they are kept for 30 days. */
export interface DeliveryList {
  items: ListedDelivery[];
}

/** One try. `statusCode`: of the answer, where there was one. */
export interface DeliveryTry {
  at: string;
  durationMs: number;
  statusCode?: number | null;
  errorCode?: string | null;
  error?: string | null;
}

/** One mail a day at that time on the org's clock; an org without it gets each report by itself. */
export interface DigestSetting {
  at: string;
}

/** USD: what one run costs, and what a month of its schedule does. */
export interface EstimateAnswer {
  perRunUsd: number;
  monthlyUsd: number;
  runsPerMonth?: number | null;
  onEvents: boolean;
}

/** What an org can subscribe an address to. */
export type EventType = "run.completed" | "run.failed" | "alert.created" | "decision.needed";

/** Where a run is in its life. */
export type ExecutionStatus = "queued" | "running" | "waiting" | "retrying" | "completed" | "failed" | "cancelled" | "skipped";

/** One call of a hook: what it brought and which run it started. */
export interface HookCall {
  eventId: string;
  receivedAt: string;
  senderId?: string | null;
  topic?: string | null;
  replayOf?: string | null;
  data: Record<string, JsonValue>;
  executionId?: string | null;
  status?: ExecutionStatus | null;
}

/** A hook's newest calls, newest first. */
export interface HookCalls {
  items: HookCall[];
}

/** A playbook's hooks. */
export interface HookList {
  items: ListedHook[];
}

/** What the message asks for. */
export type Intent = "create" | "change" | "pause" | "resume" | "delete" | "restore" | "copy" | "skip" | "run" | "undo" | "ask" | "confirm" | "refuse" | "answer" | "help" | "smalltalk" | "hostile" | "unclear";

/** Who was added, and whether the mail with the way in went out; if not, `problem` says why. */
export interface Invited {
  person: ListedMember;
  mailSent: boolean;
  problem?: string | null;
}

export type JsonValue = unknown;

/** An org's keys, newest first. `unreadable`: ids of malformed ones, which open nothing. */
export interface KeyList {
  items: ListedKey[];
  unreadable: string[];
}

/** When the menu was last requested. `error`: why it could not be read, or why it is suspect. */
export interface LastScan {
  at: string;
  status: "ok" | "suspect" | "failed";
  error?: string | null;
  executionId?: string | null;
}

/** A message to one address. `message_id`: its `webhook-id`. `dead`: given up; it can be sent again. */
export interface ListedDelivery {
  id: string;
  messageId: string;
  type: EventType;
  status: "pending" | "delivered" | "dead" | "canceled";
  test: boolean;
  tries: DeliveryTry[];
  nextTryAt?: string | null;
  createdAt: string;
  deliveredAt?: string | null;
  payload: Record<string, unknown>;
}

/** A webhook trigger's address. Until `secret_set_at` it takes no calls. */
export interface ListedHook {
  hookId: string;
  url: string;
  triggerId: string;
  signature?: "github" | "shopify" | "stripe" | "standard" | "bearer" | null;
  status: string;
  createdAt: string;
  secretSetAt?: string | null;
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

/** A secret without its value. Only owners learn who set it, when, and which playbooks use it. */
export interface ListedSecret {
  name: string;
  updatedAt?: string | null;
  updatedBy?: string | null;
  usedBy?: PlaybookUsing[] | null;
}

/** A webhook. `disabledBecause`: its owner did it, the address is `gone` (410), or `failing` again and again. */
export interface ListedWebhook {
  id: string;
  url: string;
  events: EventType[];
  status: "active" | "disabled";
  disabledBecause?: "owner" | "gone" | "failing" | null;
  disabledAt?: string | null;
  deadInARow: number;
  secretSetAt: string;
  createdBy: string;
  createdAt: string;
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

/** A hook with its new secret: `secret` is shown this once. */
export interface MadeSecret {
  hookId: string;
  url: string;
  triggerId: string;
  signature?: "github" | "shopify" | "stripe" | "standard" | "bearer" | null;
  status: string;
  createdAt: string;
  secretSetAt?: string | null;
  secret: string;
}

/** How often a customer may hear from the shop, over all playbooks: at most once in so many hours. */
export interface Messaging {
  emailEveryHours: number;
  textEveryHours: number;
}

/** What is counted against a tier's limits, under its name in `usage/{orgId}-{YYYY-MM}`. */
export type Metric = "aiSessionsUsed" | "smsCustomerUsed" | "smsInternalUsed" | "emailsUsed" | "competitorsTracked" | "zipCodesActive" | "creativeAssetsUsed";

/** One metric. `limit` −1: unlimited. `percent` of the limit; none without one, or with a limit of zero. */
export interface MetricMonth {
  metric: Metric;
  used: number;
  limit: number;
  percent?: number | null;
  atRisk: boolean;
  overageRateUsd?: number | null;
  overageUsd: number;
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

/** One way to answer. `sets` are the fields of the request that it settles. */
export interface Option {
  value: string;
  label: string;
}

/** The same of all other playbooks, deleted ones too. */
export interface OtherCosts {
  runs: number;
  costUsd: number;
}

/** USD, whole cents: the eighth metric. */
export interface OverageCharges {
  sms: number;
  email: number;
  creativeAssets: number;
  total: number;
}

/** Everybody of an org, owners first. */
export interface People {
  items: ListedMember[];
}

/** What the runs of one playbook that began in the month have cost, in USD. */
export interface PlaybookCost {
  playbookId: string;
  name: string;
  runs: number;
  costUsd: number;
}

/** `items`: those that ran, the dearest first. */
export interface PlaybookCosts {
  month: string;
  items: PlaybookCost[];
  others?: OtherCosts | null;
}

/** A playbook that names the secret. */
export interface PlaybookUsing {
  id: string;
  name: string;
}

/** `items` by name. `truncated`: older prices did not fit. `passedOver`: snapshots that cannot be read. */
export interface PriceHistories {
  items: PriceHistory[];
  truncated?: boolean | null;
  passedOver?: number | null;
}

/** One size of a product. `points`, oldest first: where each price was first and last seen. */
export interface PriceHistory {
  product: string;
  category?: string | null;
  size?: string | null;
  points: PricePoint[];
}

/** The price in USD, as a scan saw it then. */
export interface PricePoint {
  at: string;
  price: number;
}

/** The prices of one menu. */
export interface PriceRange {
  min: number;
  max: number;
  median: number;
}

/** One wrong field, by its path (`steps[1].params.to`). */
export interface Problem {
  field: string;
  message: string;
  found?: string | null;
  expected?: string | null;
  remedy?: string | null;
}

/** What the owner can say of the org. A field that is malformed is left out and stands in `problems`. */
export interface Profile {
  name: string;
  timezone: string;
  postalAddress?: string | null;
  ownerEmail?: string | null;
  staffPhones: string[];
  monthlyBudgetUsd?: number | null;
  logoUrl?: string | null;
  messaging?: Messaging | null;
  digest?: DigestSetting | null;
  problems: ProfileProblem[];
}

/** A stored value that cannot be used: its field, the value as it stands there, and what is wrong with it. */
export interface ProfileProblem {
  field: string;
  found: string;
  problem: string;
}

/** Something that is asked before anything is made. `about` is the request's field that free words must fill. */
export interface Question {
  id: string;
  text: string;
  options: Option[];
}

/** From `start` to `end`, on the next day if `end` is earlier. */
export interface QuietHours {
  start: string;
  end: string;
  enabled: boolean;
}

/** A revoked key, and when it was revoked. */
export interface RevokedKey {
  keyId: string;
  revokedAt: string;
}

/** One schedule: `words` like `every day at 9:00 AM EST`, and its next runs, empty while inactive. */
export interface ScheduleShown {
  triggerId: string;
  words: string;
  nextRuns: string[];
  ends: boolean;
}

/** An org's secrets by name. */
export interface SecretList {
  items: ListedSecret[];
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
  notes: string[];
}

/** When to notify: `subject op value`. `subject` is None if the topic decides it. */
export interface Threshold {
  subject?: "price_gap" | "quantity" | "sales" | "sales_change" | "order_total" | "days_inactive" | "days_ahead" | "spent" | "count" | null;
  op?: ">" | ">=" | "<" | "<=" | "==" | null;
  value: number;
  unit?: "percent" | "usd" | "units" | "days" | null;
}

/** `understood` of the answer. What nobody said is empty or absent. */
export interface Understood {
  intent: Intent;
  topic?: string | null;
  schedules: Record<string, unknown>[];
  events: string[];
  conditions: string[];
  threshold?: Threshold | null;
  channels: string[];
  recipients: string[];
  competitors: string[];
  products: string[];
  segment?: string | null;
  exclusions: string[];
  corrections: Correction[];
  unread: string[];
}

/** `failures` in a row since `since`, as scans counted them; `reason` and `remedy` are the last one's. */
export interface Unreadable {
  failures: number;
  since: string;
  lastFailedAt: string;
  executionId?: string | null;
  playbookId?: string | null;
  kind: "robots" | "scripts" | "blocked" | "age" | "login" | "moved" | "empty" | "left_alone" | "down" | "address" | "other";
  reason: string;
  remedy: string;
  toldAt?: string | null;
}

/** `items`: the months in which something was counted, newest first; the first one is the current month. */
export interface Usage {
  tierId: string;
  month: string;
  timezone: string;
  items: UsageMonth[];
  budget: Budget;
}

/** `month` of the org's zone, `YYYY-MM`. `costUsd`: what its runs have cost. `problem`: why it is not read. */
export interface UsageMonth {
  month: string;
  tierId?: string | null;
  metrics: MetricMonth[];
  overageCharges?: OverageCharges | null;
  costUsd?: number | null;
  problem?: string | null;
}

/** An org's webhooks, the oldest first. */
export interface WebhookList {
  items: ListedWebhook[];
  limit: number;
}

/** A webhook with its new secret: `secret` is shown this once. */
export interface WebhookWithSecret {
  id: string;
  url: string;
  events: EventType[];
  status: "active" | "disabled";
  disabledBecause?: "owner" | "gone" | "failing" | null;
  disabledAt?: string | null;
  deadInARow: number;
  secretSetAt: string;
  createdBy: string;
  createdAt: string;
  secret: string;
}
