/** Answers and bodies of the HTTP API, generated from the Python models (local/webtypes/models.py) by `make web-types`. */

/** What the door answers: how many runs the filter finds now, and the job; none of a dry run. */
export interface BulkAnswer {
  matched: number;
  jobId?: string | null;
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
  playbookId?: string | null;
  playbook?: Record<string, unknown> | null;
  questions?: string[] | null;
  nextRuns?: string[] | null;
  executionId?: string | null;
  estimate?: EstimateAnswer | null;
}

/** USD: what one run costs, and what a month of its schedule does. */
export interface EstimateAnswer {
  perRunUsd: number;
  monthlyUsd: number;
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

/** From `start` up to `end`, which is on the next day where it is the earlier one. */
export interface QuietHours {
  start: string;
  end: string;
  enabled: boolean;
}

/** A mail, a text or a post as it was sent. `to`: addresses or phone numbers; none of a post. */
export interface SentMessage {
  channel: "email" | "sms" | "slack";
  to: string[];
  subject?: string | null;
  text: string;
  html?: string | null;
}
