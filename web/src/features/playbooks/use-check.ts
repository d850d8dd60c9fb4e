/** The server's check of a playbook before saving. */
import { useCallback } from "react";
import { useApi } from "../../data/api";
import type { Checked } from "../../data/types/api";
import type { Playbook } from "../../data/types/documents";
import type { Authored } from "./authored";

/** `check(playbook, authored)`: the problems and the schedule if saved. */
export function useCheck() {
  const api = useApi();
  return useCallback(
    (before: Playbook, authored: Partial<Authored>, signal?: AbortSignal): Promise<Checked> => {
      const status = before.status === "error" ? "active" : before.status;
      const playbook = { ...authored, status, ...(before.orgId ? { orgId: before.orgId } : {}) };
      return api<Checked>("/playbooks/validate", {
        method: "POST",
        body: { playbook, playbookId: before.id },
        ...(signal ? { signal } : {}),
      });
    },
    [api],
  );
}
