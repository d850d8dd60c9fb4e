/** Firestore documents, generated from the Python models (local/webtypes/models.py) by `make web-types`. */

import type { Timestamp } from "./times";

/** A question to the org's people. */
export interface Approval {
  id: string;
  orgId: string;
  playbookId: string;
  executionId: string;
  stepId: string;
  title: string;
  details: string;
  status: ApprovalStatus;
  requestedBy?: string | null;
  requestedByName?: string | null;
  causedBy: string[];
  requestedAt: Timestamp;
  expiresAt: Timestamp;
  decidedBy?: string | null;
  decidedByName?: string | null;
  decidedAt?: Timestamp | null;
  comment?: string | null;
}

/** Where a decision stands. */
export type ApprovalStatus = "pending" | "approved" | "rejected" | "expired" | "withdrawn";

/** An object in Cloud Storage that holds what did not fit the document: `{progress, effects}` as JSON. */
export interface Archive {
  ref: string;
  bytes: number;
}

/** One climb of the ladder; `error` says why it did not reach the end, `failed_step_id` where. */
export interface Attempt {
  number: number;
  startedAt: Timestamp;
  endedAt?: Timestamp | null;
  error?: string | null;
  errorCode?: string | null;
  failedStepId?: string | null;
}

/** What is done to each run. */
export type BulkAction = "retry" | "cancel";

/** Which of an org's runs: of a status or one of several, created from `since` to before `until`. */
export interface BulkFilter {
  status: ExecutionStatus[];
  playbookId?: string | null;
  trigger?: "schedule" | "event" | "webhook" | "manual" | "agent" | null;
  since?: Timestamp | null;
  until?: Timestamp | null;
}

/** One bulk job. Runs that have changed so that there is nothing to do are `skipped`. */
export interface BulkJob {
  id: string;
  orgId: string;
  action: BulkAction;
  filter: BulkFilter;
  status: "queued" | "running" | "completed";
  matched: number;
  done: number;
  failed: number;
  skipped: number;
  problems: BulkProblem[];
  requestedBy: string;
  fingerprint: string;
  createdAt: Timestamp;
  completedAt?: Timestamp | null;
  expireAt: Timestamp;
  dueAt?: Timestamp | null;
  page: number;
  current: string[];
  after?: string | null;
}

/** A run that could not be dealt with, and why. */
export interface BulkProblem {
  executionId: string;
  reason: string;
}

/** How far a campaign of a step is; its pages write it, not the run. */
export interface CampaignProgress {
  campaignId: string;
  status: string;
  total: number;
  sent: number;
  skipped: Record<string, number>;
  failed: number;
  unknown: number;
  pages: number;
  pagesDone: number;
}

/** Applies to all of a playbook's schedules. */
export type Carrier = "job" | "task";

/** `tenants/{orgId}/competitive_actions/{id}`. What others write may lack the fields with a default. */
export interface CompetitiveAction {
  id: string;
  type: "price_adjustment" | "counter_campaign" | "inventory_alert" | "margin_optimization";
  rule: string;
  priority: "critical" | "high" | "medium" | "low";
  agent: string;
  competitorName: string;
  competitorId: string;
  trigger: string;
  recommendation: string;
  figure: number;
  data: Record<string, unknown>;
  status: Status;
  generation: number;
  latestGeneration: number;
  createdAt?: Timestamp | null;
  updatedAt?: Timestamp | null;
  consumedBy?: string | null;
  consumedAt?: Timestamp | null;
  consumedIn?: string | null;
  resultPath?: string | null;
  resolvedAt?: Timestamp | null;
  resolvedBy?: string | null;
  comment?: string | null;
}

/** A competitor as the org entered it. */
export interface Competitor {
  id: string;
  name: string;
  menuUrl?: string | null;
  priority?: number | null;
}

/** One state of a competitor's menu. */
export interface CompetitorSnapshot {
  id: string;
  competitorId: string;
  takenAt: Timestamp;
  expiresAt: Timestamp;
  seenAt?: Timestamp | null;
  readAt?: Timestamp | null;
  contentHash: string;
  pageHash: string;
  etag?: string | null;
  lastModified?: string | null;
  menuUrl?: string | null;
  executionId?: string | null;
  products: Product[];
  productCount: number;
  priceRange?: PriceRange | null;
  categories: string[];
  promoCount: number;
  promotions: string[];
  source: string;
}

/** What the run has used of one item of the price table, and how much of it the org's month has counted. */
export interface CostLine {
  item: string;
  quantity: number;
  usd: number;
  billed: number;
}

/** Of events that arrive within this many seconds of each other, only the last one starts a run. */
export interface Debounce {
  seconds: number;
  by?: string | null;
}

/** One `once` effect: its intent is stored before the call, its receipt after. */
export interface EffectRecord {
  intentAt: Timestamp;
  receiptAt?: Timestamp | null;
  receipt?: Record<string, unknown> | null;
  summary?: Record<string, unknown> | null;
  message?: string | null;
}

/** Runs when an event of that name happens in the org and the filter holds for its data. */
export interface EventTrigger {
  type: "event";
  id?: string;
  eventName: string;
  filter?: string | null;
  throttle?: Throttle | null;
  debounce?: Debounce | null;
}

/** Only every so many weeks (from Monday to Sunday), or days, counted from the schedule's first slot. */
export interface Every {
  weeks?: number | null;
  days?: number | null;
}

/** A run in Firestore; its immutable part is one JSON text (`ExecutionPinned`). */
export interface Execution {
  id: string;
  playbookId: string;
  orgId: string;
  playbookVersion: number;
  trigger: TriggerRef;
  status: ExecutionStatus;
  statusReason?: string | null;
  errorCode?: string | null;
  attempt: number;
  attempts: Attempt[];
  stepResults: StepResult[];
  progress?: Record<string, StepResult>;
  waits?: Record<string, Wait>;
  throttledSince?: Timestamp | null;
  campaigns?: Record<string, CampaignProgress>;
  effects: Record<string, EffectRecord>;
  archives?: Archive[];
  messageBytes?: number;
  nextAttemptAt?: Timestamp | null;
  dueAt?: Timestamp | null;
  held?: Held | null;
  turnAt?: Timestamp | null;
  costUsd: number;
  costs?: CostLine[];
  billedUsd?: number;
  createdAt: Timestamp;
  startedAt?: Timestamp | null;
  completedAt?: Timestamp | null;
  deadLetteredAt?: Timestamp | null;
  failureTold?: boolean;
  expireAt?: Timestamp | null;
  lease?: Lease | null;
  cancelRequestedAt?: Timestamp | null;
  interruptions: number;
  replay: number;
  depth: number;
  ancestors?: string[];
  bulkJob?: string | null;
  fingerprint?: string | null;
  requestedBy?: string | null;
  requestedAt?: Timestamp | null;
  editedBy?: string | null;
  firedBy?: string | null;
  causedBy?: string[];
  rootCause?: string | null;
  traceparent?: string | null;
  eventData: Record<string, unknown>;
  eventDataRef?: string | null;
  pinned: string;
}

/** The JSON in an execution's `pinned`. */
export interface ExecutionPinned {
  definition: Record<string, unknown>;
  org: PinnedOrg;
  user: PinnedUser;
}

/** Where a run is in its life. */
export type ExecutionStatus = "queued" | "running" | "waiting" | "retrying" | "completed" | "failed" | "cancelled" | "skipped";

/** One run, without what it handled. Times are UTC; costs are in USD. */
export interface ExecutionSummary {
  id: string;
  orgId: string;
  playbookId: string;
  playbookName: string;
  playbookVersion: number;
  trigger: SummaryTrigger;
  status: ExecutionStatus;
  statusReason?: string | null;
  attempt: number;
  attempts?: SummaryAttempt[];
  replay?: number;
  steps: SummaryStep[];
  planned?: PlannedStep[];
  waits?: SummaryWait[];
  nextAttemptAt?: Timestamp | null;
  costUsd: number;
  createdAt: Timestamp;
  startedAt?: Timestamp | null;
  completedAt?: Timestamp | null;
  expireAt?: Timestamp | null;
}

/** Who is notified of this playbook's dead letters besides the inbox. */
export interface FailureAlerts {
  sms?: boolean;
}

/** A run that waits for its turn: in which line, and since when. */
export interface Held {
  line: string;
  since: Timestamp;
}

/** One notification in an org's inbox; deleted 30 days after `created_at`. */
export interface InboxNotification {
  id: string;
  orgId: string;
  type: string;
  title: string;
  body: string;
  severity: "info" | "warning" | "critical";
  playbookId?: string | null;
  executionId?: string | null;
  link?: string | null;
  read: boolean;
  note?: string | null;
  createdAt: Timestamp;
}

/** What is kept of a step in a block once the step around it has ended. `error` is cut short. */
export interface InnerStep {
  stepId: string;
  action: string;
  status: "completed" | "skipped" | "failed";
  startedAt?: Timestamp | null;
  waitedSince?: Timestamp | null;
  durationMs: number;
  error?: string | null;
  errorCode?: string | null;
}

/** A schedule's job, or the chain of tasks used in its place. */
export interface JobRecord {
  cron: string;
  timezone: string;
  occurrence?: "first" | "second" | "third" | "fourth" | "last" | null;
  startsAt?: Timestamp | null;
  endsAt?: Timestamp | null;
  every?: Every | null;
  maxRuns?: number | null;
  name: string;
  state: string;
  exact: boolean;
  generation?: string | null;
}

/** Who runs it now, and until when nobody else may. */
export interface Lease {
  owner: string;
  expiresAt: Timestamp;
}

/** Marks a playbook as run by hand (any playbook can be). */
export interface ManualTrigger {
  type: "manual";
  id?: string;
}

/** How often a customer may hear from the shop, over all playbooks: at most once in so many hours. */
export interface Messaging {
  emailEveryHours?: number;
  textEveryHours?: number;
}

/** The task of a `once` trigger. */
export interface OnceRecord {
  at: Timestamp;
  task?: string | null;
  state: string;
}

/** Runs once, at a set time. */
export interface OnceTrigger {
  type: "once";
  id?: string;
  at: Timestamp;
}

/** Which of our own reasons keeps a playbook from running. */
export type PausedBy = "tier" | "org";

/** The org as it was when the run started. */
export interface PinnedOrg {
  id: string;
  name: string;
  timezone: string;
  ownerEmail?: string | null;
  tierId: string;
  monthlyBudgetUsd?: number | null;
  webhookEvents: string[];
}

/** The person that the run acts for. */
export interface PinnedUser {
  id?: string | null;
  email?: string | null;
  name?: string | null;
}

/** One of the playbook's own steps as it was when the run started. */
export interface PlannedStep {
  stepId: string;
  action: string;
}

/** A playbook with the product's and its authors' metadata. */
export interface Playbook {
  id: string;
  name: string;
  status: PlaybookStatus;
  triggers: (ScheduleTrigger | OnceTrigger | EventTrigger | WebhookTrigger | ManualTrigger)[];
  steps: Step[];
  agent?: string | null;
  category?: string | null;
  ownerId?: string | null;
  orgId?: string | null;
  version?: number;
  onFailure?: FailureAlerts;
  concurrency?: number | null;
  retryDelaysSeconds?: number[] | null;
  description?: string | null;
  statusReason?: string | null;
  errorCode?: string | null;
  refusedBy?: string | null;
  pausedBy?: PausedBy | null;
  source?: string | null;
  catalogVersion?: number | null;
  ownerEmail?: string | null;
  lastEditedBy?: string | null;
  createdAt?: Timestamp | null;
  updatedAt?: Timestamp | null;
}

/** A playbook's status. */
export type PlaybookStatus = "draft" | "active" | "paused" | "archived" | "error";

/** `when` describes its triggers; `next_runs` are sorted instants, empty while it is inactive. */
export interface PlaybookSummary {
  id: string;
  orgId: string;
  playbookId: string;
  name: string;
  description: string;
  category: string;
  status?: PlaybookStatus | null;
  statusReason?: string | null;
  when: string;
  nextRuns: Timestamp[];
  runsEnd?: boolean | null;
  agent?: string | null;
  ownerId?: string | null;
  source?: string | null;
  pausedBy?: PausedBy | null;
  adHoc?: boolean | null;
  version: number;
  createdAt: Timestamp;
  updatedAt?: Timestamp | null;
  triggers: TriggerSummary[];
  steps: StepSummary[];
}

/** One edit. `content` is what the author wrote, or None if too large. */
export interface PlaybookVersion {
  id: string;
  orgId: string;
  playbookId: string;
  editedAt: Timestamp;
  editedBy?: string | null;
  version?: number | null;
  isFirst: boolean;
  content?: Record<string, unknown> | null;
  expireAt?: Timestamp | null;
}

/** The prices of one menu. */
export interface PriceRange {
  min: number;
  max: number;
  median: number;
}

/** One thing on a menu. `price`, in USD, is what anybody pays today; None where the menu names none. */
export interface Product {
  name: string;
  category?: string | null;
  price?: number | null;
  listPrice?: number | null;
  currency: string;
  available: boolean;
  size?: string | null;
  sizes: SizePrice[];
  url?: string | null;
  imageUrl?: string | null;
}

/** Every job and task that the playbook has or may have. */
export interface ScheduleRecord {
  id: string;
  orgId: string;
  playbookId: string;
  carrier: Carrier;
  jobCount: number;
  jobs: Record<string, JobRecord>;
  once?: Record<string, OnceRecord>;
  staleTasks?: string[];
  runs?: Record<string, Timestamp[]>;
  nextRunAt?: Timestamp | null;
  reviewAt?: Timestamp | null;
  updatedAt?: Timestamp | null;
}

/** Runs at the slots of a cron line. */
export interface ScheduleTrigger {
  cron: string;
  timezone: string;
  occurrence?: "first" | "second" | "third" | "fourth" | "last" | null;
  startsAt?: Timestamp | null;
  endsAt?: Timestamp | null;
  every?: Every | null;
  maxRuns?: number | null;
  type: "schedule";
  id?: string;
  overlap?: "skip" | "allow";
  exact?: boolean;
}

/** The price of one size of a product. `size` is as the menu writes it: "1/8 oz", "3.5g", "10-pack". */
export interface SizePrice {
  size: string;
  price: number;
  listPrice?: number | null;
  available: boolean;
}

/** An action's status. */
export type Status = "pending" | "consumed" | "resolved" | "lapsed";

/** One action with its params. */
export interface Step {
  id?: string;
  action: string;
  params?: Record<string, unknown>;
  agent?: string | null;
  condition?: string | null;
  onError?: "fail" | "continue";
}

/** What became of one step. */
export interface StepResult {
  stepId: string;
  action: string;
  agent?: string | null;
  status: "completed" | "skipped" | "failed";
  startedAt?: Timestamp | null;
  waitedSince?: Timestamp | null;
  output?: Record<string, unknown> | null;
  outputJson?: string | null;
  outputRef?: string | null;
  outputBytes?: number | null;
  error?: string | null;
  errorCode?: string | null;
  durationMs: number;
  costUsd: number;
  inner?: InnerStep[] | null;
  innerLeftOut?: number | null;
  reached?: number | null;
  skipped?: Record<string, number> | null;
  note?: string | null;
}

/** A step without its params. */
export interface StepSummary {
  id?: string | null;
  action?: string | null;
  agent?: string | null;
}

/** One climb of the ladder, without its error. */
export interface SummaryAttempt {
  number: number;
  startedAt: Timestamp;
  endedAt?: Timestamp | null;
  failedStepId?: string | null;
}

/** What became of a step, or of a step inside it; without its output and error. */
export interface SummaryStep {
  stepId: string;
  action: string;
  agent?: string | null;
  status: "completed" | "skipped" | "failed";
  startedAt?: Timestamp | null;
  waitedSince?: Timestamp | null;
  durationMs: number;
  costUsd: number;
}

/** What caused the run. */
export interface SummaryTrigger {
  type: "schedule" | "event" | "webhook" | "manual" | "agent";
  id?: string | null;
  slot?: Timestamp | null;
}

/** What the run waits for, by the step's path. */
export interface SummaryWait {
  stepId: string;
  since: Timestamp;
  until: Timestamp;
}

/** An org. Fields that this product does not know are other systems' business and are let be. */
export interface Tenant {
  id: string;
  name: string;
  tierId?: TierId;
  timezone?: string;
  status?: string;
  ownerEmail?: string | null;
  staffPhones?: string[];
  monthlyBudgetUsd?: number | null;
  postalAddress?: string | null;
  logoUrl?: string | null;
  messaging?: Messaging;
  maxConcurrentRuns?: number | null;
  maxRunsPerMinute?: number | null;
  runsHeldSince?: Timestamp | null;
  webhookEvents?: string[];
}

/** At most this many runs in any minute, hour or day; others wait. */
export interface Throttle {
  runs: number;
  per: "minute" | "hour" | "day";
}

/** What an org pays for, lowest first. */
export type TierId = "starter" | "growth" | "pro" | "enterprise";

/** What caused a run. */
export interface TriggerRef {
  type: "schedule" | "event" | "webhook" | "manual" | "agent";
  id?: string | null;
  slot?: Timestamp | null;
  eventId?: string | null;
}

/** A trigger without its filter, which may contain customer data. */
export interface TriggerSummary {
  type?: string | null;
  id?: string | null;
  cron?: string | null;
  timezone?: string | null;
  overlap?: "skip" | "allow" | null;
  exact?: boolean | null;
  occurrence?: "first" | "second" | "third" | "fourth" | "last" | null;
  eventName?: string | null;
  at?: Timestamp | null;
  startsAt?: Timestamp | null;
  endsAt?: Timestamp | null;
  maxRuns?: number | null;
  every?: Every | null;
}

/** What a step waits for: it is woken at `until` at the latest. */
export interface Wait {
  since: Timestamp;
  until: Timestamp;
}

/** Runs when another system calls the trigger's own address and the filter holds for what it sends. */
export interface WebhookTrigger {
  type: "webhook";
  id?: string;
  signature?: "github" | "shopify" | "stripe" | "standard" | "bearer" | null;
  filter?: string | null;
  throttle?: Throttle | null;
  debounce?: Debounce | null;
}
