/** What a key can open, in words. */
export const SCOPES: readonly { scope: string; name: string }[] = [
  { scope: "playbooks:run", name: "Run playbooks" },
  { scope: "chat", name: "Chat" },
  { scope: "executions:read", name: "See playbooks and runs" },
  { scope: "executions:write", name: "Retry and cancel runs, answer approvals" },
  { scope: "webhooks:write", name: "Manage webhooks" },
];

/** "Run playbooks, chat". */
export function scopesInWords(scopes: readonly string[]): string {
  if (scopes.includes("*")) return "Everything";
  const known = SCOPES.filter(({ scope }) => scopes.includes(scope)).map(({ name }) => name);
  const unknown = scopes.filter((one) => SCOPES.every(({ scope }) => scope !== one));
  return [...known, ...unknown]
    .map((name, at) => (at ? name.charAt(0).toLowerCase() + name.slice(1) : name))
    .join(", ");
}
