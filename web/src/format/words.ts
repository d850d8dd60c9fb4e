/** Text from documents. */

// Invisible or direction-changing characters, which can disguise text.
const INVISIBLE = /[\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

/** Text from a document, safe to show next to ours. */
export const plain = (text: string) => text.replace(INVISIBLE, "");

/** Safe lookup of a document's word, which may be "constructor". */
export const entryOf = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** "scan_competitors" as "Scan competitors". */
export function label(name: string): string {
  const spaced = plain(name)
    .replace(/[_.-]+/g, " ")
    .trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** "a sentence." as "A sentence." */
export const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const AGENTS: Readonly<Record<string, string>> = {
  money_mike: "Money Mike",
  mrs_parker: "Mrs. Parker",
};

/** "money_mike" as "Money Mike". */
export const agentName = (agent: string): string =>
  entryOf(AGENTS, agent) ?? label(agent).replace(/ (\w)/g, (_, letter: string) => ` ${letter.toUpperCase()}`);
