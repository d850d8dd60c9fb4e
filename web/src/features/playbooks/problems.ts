/** Problems of a playbook. Pure. */
import { plain, sentence } from "../../format/words";
import { AUTHORED } from "./authored";

export interface ShownProblem {
  /** `steps[1].params.to`; empty if general. */
  field: string;
  message: string;
}

const PARTS = String.raw`(?:steps|triggers)\[\d+\]`;
const NAMES = [...AUTHORED, "status", "orgId", "version"].join("|");
const FIELD = new RegExp(String.raw`^(${PARTS}[\w.[\]-]*|(?:${NAMES})(?:[.[][\w.[\]]*)?|playbookId|playbooks): `);
const NEXT_PROBLEM = new RegExp(String.raw`; (?=${PARTS}|(?:${NAMES})(?:[.[][\w.[\]]*)?: )`);

/** Splits a reason like `steps[0].params.to: is missing; it is required; steps[1].action: …` into problems. */
export function problemsIn(reason: string): ShownProblem[] {
  const found: ShownProblem[] = [];
  for (const part of reason.split(NEXT_PROBLEM)) {
    const field = FIELD.exec(part)?.[1] ?? "";
    const message = field ? part.slice(field.length + 2) : part;
    if (message.trim()) found.push({ field, message: `${sentence(plain(message.trim())).replace(/\.$/, "")}.` });
  }
  return found;
}
