/** A playbook's steps as a readable tree with conditions and nested steps. */
import { agentName, entryOf, label, plain } from "../../format/words";

export interface FlowStep {
  /** Its path, like `steps[0].params.cases[1].steps[0]`. */
  path: string;
  action: string;
  title: string;
  agent: string | undefined;
  condition: string | undefined;
  /** Continues if this step fails. */
  goesOn: boolean;
  /** Without nested steps. */
  params: Record<string, unknown>;
  blocks: FlowBlock[];
}

export interface FlowBlock {
  title: string;
  steps: FlowStep[];
}

const TITLES: Record<string, string> = {
  set: "Set values",
  for_each: "Repeat for each item",
  branch: "Choose what to do",
  parallel: "Do at the same time",
  notify: "Send a notification",
  send_sms: "Send a text",
  send_email: "Send an email",
  slack_post: "Post to Slack",
  http_request: "Call another service",
  create_inbox_notification: "Post to the dashboard",
  run_playbook: "Run another playbook",
  save_to_drive: "Save to Google Drive",
  publish_event: "Notify other playbooks",
  alert_channels: "Look up where alerts go",
  query: "Look up records",
  count: "Count records",
  get_document: "Look up a record",
  create_document: "Add a record",
  update_document: "Update a record",
  diff_snapshots: "Find what competitors changed",
  campaign_roi: "Measure campaigns",
  birthday_cohort: "Find birthdays",
  vip_customers: "Find your best customers",
  inactive_customers: "Find customers who haven't visited lately",
  customer_segments: "Group customers",
  customer_contact: "Look up a customer",
  analyze_competitive_intelligence: "Study competitors",
  consume_competitive_actions: "Draft answers to competitors",
  generate_competitor_report: "Write a competitor report",
  compose_report: "Write a report",
  fetch_inventory: "Look at the inventory",
  low_stock_report: "Check stock",
  slow_movers: "Find slow sellers",
  sales_summary: "Summarize sales",
  new_products: "Find new products",
  loyalty_health: "Check loyalty",
  margin_report: "Check margins",
  menu_health_scan: "Check your menu",
  supplier_scorecard: "Rate suppliers",
  reorder_plan: "Plan what to reorder",
  location_rollup: "Compare locations",
  compliance_status: "Check licenses",
  review_compliance: "Check the advertising rules",
  check_usage: "Check usage",
  setup_check: "Check your setup",
};

/** "Scan competitors". */
export const actionTitle = (action: string) => entryOf(TITLES, action) ?? label(action);

const MAX_DEPTH = 4;

export function flowOf(steps: unknown, path = "steps", depth = 0): FlowStep[] {
  if (!Array.isArray(steps) || depth > MAX_DEPTH) return [];
  return steps.flatMap((step: unknown, index) => (isObject(step) ? [flowStep(step, `${path}[${index}]`, depth)] : []));
}

function flowStep(step: Record<string, unknown>, path: string, depth: number): FlowStep {
  const action = typeof step.action === "string" ? step.action : "";
  const params = isObject(step.params) ? step.params : {};
  const { blocks, rest } = blocksOf(params, `${path}.params`, depth + 1);
  return {
    path,
    action,
    title: action ? actionTitle(action) : "A step without an action",
    agent: typeof step.agent === "string" ? agentName(step.agent) : undefined,
    condition: typeof step.condition === "string" ? conditionWords(step.condition) : undefined,
    goesOn: step.onError === "continue",
    params: rest,
    blocks,
  };
}

function blocksOf(params: Record<string, unknown>, path: string, depth: number) {
  const blocks: FlowBlock[] = [];
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    if (name === "steps" && Array.isArray(value)) {
      blocks.push({ title: "Each time", steps: flowOf(value, `${path}.steps`, depth) });
    } else if (name === "else" && Array.isArray(value)) {
      blocks.push({ title: "Otherwise", steps: flowOf(value, `${path}.else`, depth) });
    } else if ((name === "cases" || name === "branches") && Array.isArray(value)) {
      blocks.push(...parts(value, `${path}.${name}`, depth));
    } else {
      rest[name] = value;
    }
  }
  return { blocks, rest };
}

const parts = (values: unknown[], path: string, depth: number): FlowBlock[] =>
  values.flatMap((value, index) => {
    if (!isObject(value)) return [];
    const named = typeof value.name === "string" ? label(value.name) : `Branch ${index + 1}`;
    const title = typeof value.when === "string" ? `If ${conditionWords(value.when)}` : named;
    return [{ title, steps: flowOf(value.steps, `${path}[${index}].steps`, depth) }];
  });

const COMPARED: Record<string, string> = {
  ">": "is more than",
  ">=": "is at least",
  "<": "is less than",
  "<=": "is at most",
  "==": "is",
  "!=": "is not",
};
const SIMPLE = /^\s*(?:\{\{\s*)?([A-Za-z_][\w.]*)(?:\s*\}\})?\s*(>=|<=|==|!=|>|<)\s*("[^"]*"|'[^']*'|-?[\d.]+)\s*$/;
const NAMED = /^\s*(?:\{\{\s*)?([A-Za-z_][\w.]*)(?:\s*\}\})?\s*$/;

/** Whether these are words; complex conditions stay expressions. */
export const isInWords = (condition: string) => !/[()|{}]/.test(condition);

/** `{{money_mike.price_gap}} > 10` as "price gap is more than 10"; complex ones unchanged. */
export function conditionWords(condition: string): string {
  const compared = SIMPLE.exec(condition);
  if (compared) return `${spoken(compared[1] ?? "")} ${COMPARED[compared[2] ?? ""]} ${unquoted(compared[3] ?? "")}`;
  const named = NAMED.exec(condition);
  return named ? `there is ${spoken(named[1] ?? "")}` : plain(condition.trim());
}

const unquoted = (text: string) => plain(text.replace(/^["']|["']$/g, ""));

/** `steps.stock.lowCount` as "low count". */
function spoken(path: string): string {
  const last = path.split(".").at(-1) ?? path;
  return plain(last.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/_/g, " ")).toLowerCase();
}

/** `steps[1].params.to` as "Step 2 (Send an email), to"; other paths in words. */
export function fieldWords(field: string, steps: unknown): string {
  const match = /^steps\[(\d+)\]\.?(.*)$/.exec(field);
  if (match) {
    const index = Number(match[1]);
    const step: unknown = Array.isArray(steps) ? steps[index] : undefined;
    const action = isObject(step) && typeof step.action === "string" ? ` (${actionTitle(step.action)})` : "";
    const rest = (match[2] ?? "").replace(/^params\./, "");
    return `Step ${index + 1}${action}${rest ? `, ${plain(rest)}` : ""}`;
  }
  const trigger = /^triggers\[(\d+)\]\.?(.*)$/.exec(field);
  if (trigger) return `Trigger ${Number(trigger[1]) + 1}${trigger[2] ? `, ${plain(trigger[2])}` : ""}`;
  const delay = /^retryDelaysSeconds(?:\[(\d+)\])?$/.exec(field);
  if (delay) return delay[1] ? `Delay before retry ${Number(delay[1]) + 1}` : "Retry delays";
  return label(field);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
