/** Details from `GET /api/executions/{id}` for editors: large outputs, effects, masked keys. */
import type { SentMessage } from "../../data/types/api";
import { entryOf } from "../../format/words";

export interface ShownResult {
  stepId: string;
  output?: Record<string, unknown>;
  outputRef?: string;
  outputBytes?: number;
}

export interface ShownEffect {
  intentAt: string;
  receiptAt?: string;
  receipt?: Record<string, unknown>;
  summary?: Record<string, unknown>;
  message?: SentMessage;
}

export interface RunDetails {
  definition?: { steps?: unknown };
  stepResults?: ShownResult[];
  progress?: Record<string, ShownResult>;
  effects?: Record<string, ShownEffect>;
  costs?: { item: string; quantity: number; usd: number }[];
  eventData?: Record<string, unknown>;
}

export const resultOf = (details: RunDetails, path: string): ShownResult | undefined =>
  details.stepResults?.find((one) => one.stepId === path) ?? details.progress?.[path];

/** A step's own effects, by intent time. Keys are `path/effect`. */
export function effectsOf(details: RunDetails, path: string): ShownEffect[] {
  return Object.entries(details.effects ?? {})
    .filter(([key]) => key.slice(0, key.lastIndexOf("/")) === path)
    .map(([, effect]) => effect)
    .sort((a, b) => a.intentAt.localeCompare(b.intentAt));
}

/** The run's logs; none for a local stack. */
export function logsUrl(projectId: string, runId: string): string | undefined {
  if (projectId.startsWith("demo-")) return undefined;
  const query = `jsonPayload.executionId="${runId}"`;
  return `https://console.cloud.google.com/logs/query;query=${encodeURIComponent(query)};duration=P30D?project=${encodeURIComponent(projectId)}`;
}

const CHANNELS: Record<string, string> = {
  email: "Email",
  sms: "Text message",
  slack: "Slack post",
  drive: "File in Drive",
};

/** "Email to ann@shop.example". */
export function effectWords({ summary = {} }: ShownEffect): string {
  const { channel, to, method, url, name } = summary;
  if (typeof channel === "string") {
    const what = entryOf(CHANNELS, channel) ?? channel;
    if (typeof to === "string" && to) return `${what} to ${to}`;
    return typeof name === "string" ? `${what}: ${name}` : what;
  }
  if (typeof method === "string" && typeof url === "string") return `${method} ${url}`;
  return "External call";
}

/** The provider's id, if any. */
export function receiptId({ receipt = {} }: ShownEffect): string | undefined {
  const id = receipt.messageId ?? receipt.fileId;
  return typeof id === "string" ? id : undefined;
}
