/** Problems of a playbook. Pure. */
import { plain, sentence } from "../../format/words";

export interface ShownProblem {
  /** `steps[1].params.to`; empty if general. */
  field: string;
  message: string;
}

const FIELD =
  /^((?:steps|triggers)\[\d+\][\w.[\]-]*|name|status|agent|category|orgId|playbookId|version|onFailure[\w.]*|triggers|steps|playbooks): /;

/** Splits a reason like `steps[0].params.to: is missing; it is required; steps[1].action: …` into problems. */
export function problemsIn(reason: string): ShownProblem[] {
  const found: ShownProblem[] = [];
  for (const part of reason.split(/; (?=(?:steps|triggers)\[\d+\]|name: |status: |agent: |onFailure)/)) {
    const field = FIELD.exec(part)?.[1] ?? "";
    const message = field ? part.slice(field.length + 2) : part;
    if (message.trim()) found.push({ field, message: `${sentence(plain(message.trim())).replace(/\.$/, "")}.` });
  }
  return found;
}
