import { useEffect, useRef } from "react";
import { useApi } from "../../data/api";
import { useAct } from "../../ui/act";

/** Marks these alerts as read, one after the other, each once. One that could not be is tried when it is opened again. */
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
