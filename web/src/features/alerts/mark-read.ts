import { useEffect, useRef } from "react";
import { useApi } from "../../data/api";
import { useAct } from "../../ui/act";

/** Marks alerts as read one by one, each once. Failures are retried when they are opened again. */
export function useMarkRead(ids: readonly string[]): void {
  const api = useApi();
  const { act } = useAct();
  const asked = useRef(new Set<string>());
  const key = JSON.stringify(ids);
  useEffect(() => {
    const left = (JSON.parse(key) as string[]).filter((id) => !asked.current.has(id));
    for (const id of left) asked.current.add(id);
    void act("read", async () => {
      for (const id of left) await api(`/alerts/${encodeURIComponent(id)}/read`, { method: "POST", body: {} });
    });
  }, [act, api, key]);
}
