/** Actions on playbooks; writes are signed as the rules require. */
import { useMemo } from "react";
import { playbookPath } from "../../data/queries/playbooks";
import { useSession } from "../../data/session";
import type { Playbook } from "../../data/types/documents";
import { useWrite } from "../../data/write";
import { AUTHORED, type Authored, authoredOf, storable } from "./authored";

export function usePlaybookWrites() {
  const write = useWrite();
  const { orgId, uid } = useSession();
  return useMemo(() => {
    const at = (playbookId: string) => playbookPath(orgId, playbookId);
    return {
      setStatus: (playbookId: string, status: "active" | "paused") =>
        write((to, backend) => to.change(backend, at(playbookId), { status, lastEditedBy: uid, updatedAt: to.now() })),

      /** Writes authored fields and removes those in `emptied`. Reactivates a playbook in error. */
      save: (before: Playbook, fields: Partial<Authored>, emptied: readonly string[] = []) =>
        write((to, backend) =>
          to.change(backend, at(before.id), {
            ...storable(fields),
            ...Object.fromEntries(emptied.map((name) => [name, to.removed()])),
            ...(before.status === "error" ? { status: "active" } : {}),
            version: (before.version ?? 1) + 1,
            lastEditedBy: uid,
            updatedAt: to.now(),
          }),
        ),

      /** Duplicates it as a draft; returns the id. */
      copy: async (original: Playbook): Promise<string> => {
        const name = `Copy of ${original.name}`.slice(0, 200);
        const id = `${slug(name)}-${crypto.randomUUID().slice(0, 8)}`;
        await write((to, backend) =>
          to.put(backend, at(id), {
            ...storable(authoredOf(original)),
            name,
            status: "draft",
            orgId,
            ownerId: uid,
            lastEditedBy: uid,
            version: 1,
            createdAt: to.now(),
            updatedAt: to.now(),
          }),
        );
        return id;
      },

      remove: (playbookId: string) => write((to, backend) => to.remove(backend, at(playbookId))),
    };
  }, [write, orgId, uid]);
}

/** Authored fields missing in `next`. */
export const emptiedIn = (before: Playbook, next: object): string[] =>
  AUTHORED.filter((field) => before[field] !== undefined && before[field] !== null && !(field in next));

const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40) || "playbook";
