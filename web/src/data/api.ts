/** HTTP API calls as the signed-in user. */
import { useCallback, useEffect, useState } from "react";
import type { Live } from "./live";
import { useBackend } from "./session";

/** A problem with one field of the request. */
export interface FieldProblem {
  field: string;
  found: string;
  expected: string;
}

/** An error response; `detail` of the problem document is the message. `status` is 0 without a response. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: readonly FieldProblem[] = [],
  ) {
    super(message);
  }
}

export interface Call {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  /** Requests with the same key count as one. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export type Api = <T>(path: string, call?: Call) => Promise<T>;

/** `api("/executions/ID/retry", {method: "POST", body: {}})`; rejects with ApiError. */
export function useApi(): Api {
  const { auth } = useBackend();
  return useCallback(
    async <T>(path: string, { method = "GET", body, idempotencyKey, signal }: Call = {}): Promise<T> => {
      const send = async (token: string | undefined) => {
        const headers = new Headers({ Authorization: `Bearer ${token}` });
        if (body !== undefined) headers.set("Content-Type", "application/json");
        if (idempotencyKey) headers.set("Idempotency-Key", idempotencyKey);
        const init: RequestInit = { method, headers, signal: signal ?? null };
        if (body !== undefined) init.body = JSON.stringify(body);
        return fetch(`/api${path}`, init).catch(unreachable);
      };
      const answer = await send(await auth.currentUser?.getIdToken());
      if (answer.status !== 401 || !auth.currentUser) return contentOf<T>(answer);
      // The token was revoked, for example after a role change: a new token has the new role, or signs the user out.
      return contentOf<T>(await send(await auth.currentUser.getIdToken(true).catch(signedOut)));
    },
    [auth],
  );
}

function unreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new ApiError(0, "Playbooks can't be reached. Check your connection and try again.");
}

function signedOut(): never {
  throw new ApiError(401, "You've been signed out. Sign in again.");
}

async function contentOf<T>(answer: Response): Promise<T> {
  const content: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) {
    const { detail, errors } = (content ?? {}) as { detail?: unknown; errors?: unknown };
    const message = typeof detail === "string" ? detail : `The server answered ${answer.status}.`;
    throw new ApiError(answer.status, message, Array.isArray(errors) ? (errors as FieldProblem[]) : []);
  }
  return content as T;
}

export interface Fetched<T> extends Live<T> {
  reload: () => void;
}

/** The response of `GET path`, fetched once and again on `reload`; null fetches nothing. */
export function useFetched<T>(path: string | null): Fetched<T> {
  const api = useApi();
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Live<T> & { path: string | null }>({ path, data: undefined, error: undefined });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again.
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    api<T>(path, { signal: abort.signal }).then(
      (data) => setState({ path, data, error: undefined }),
      (error: Error) => {
        if (!abort.signal.aborted) setState({ path, data: undefined, error });
      },
    );
    return () => abort.abort();
  }, [api, path, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const isCurrent = state.path === path;
  return { data: isCurrent ? state.data : undefined, error: isCurrent ? state.error : undefined, reload };
}
