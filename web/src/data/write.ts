/** Direct writes allowed by the rules; everything else goes through the API. */
import { useCallback } from "react";
import { useBackend } from "./session";

type Writer = typeof import("./firestore");

/** `write((to, backend) => to.change(backend, path, {status: "paused", updatedAt: to.now()}))`; rejects where refused. */
export function useWrite() {
  const backend = useBackend();
  return useCallback(
    async <T>(how: (to: Writer, as: typeof backend) => Promise<T>): Promise<T> =>
      how(await import("./firestore"), backend),
    [backend],
  );
}
