/** Live Firestore documents in components. */
import { useEffect, useState } from "react";
import type { DocumentQuery, ListQuery } from "./queries/query";
import { useBackend } from "./session";

/** Loading (both undefined), data, or an error. */
export interface Live<T> {
  data: T | undefined;
  error: Error | undefined;
}

const NOTHING_YET = { data: undefined, error: undefined };
type Firestore = typeof import("./firestore");
type Listen<T> = (firestore: Firestore, found: (data: T) => void, failed: (error: Error) => void) => () => void;

/** Matching documents with `id`; null queries nothing. Components with the same query share its reads. */
export function useLiveList<T>(query: ListQuery | null): Live<T[]> {
  const backend = useBackend();
  return useListener<T[]>(query, (firestore, found, failed) =>
    query ? firestore.listenToList<T>(backend, query, found, failed) : () => undefined,
  );
}

/** One document with its `id`, or null. */
export function useLiveDocument<T>(query: DocumentQuery | null): Live<T | null> {
  const backend = useBackend();
  return useListener<T | null>(query, (firestore, found, failed) =>
    query ? firestore.listenToDocument<T>(backend, query, found, failed) : () => undefined,
  );
}

function useListener<T>(query: ListQuery | DocumentQuery | null, listen: Listen<T>): Live<T> {
  const key = JSON.stringify(query);
  const [state, setState] = useState<Live<T> & { key: string }>({ key, ...NOTHING_YET });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the query, which is a new object each time.
  useEffect(() => {
    if (key === "null") return;
    return keepListening<T>(
      (found, failed) => import("./firestore").then((firestore) => listen(firestore, found, failed)),
      (data) => setState({ key, data, error: undefined }),
      (error) => setState({ key, data: undefined, error }),
    );
  }, [key]);
  return state.key === key ? state : NOTHING_YET;
}

/** The first delay before restarting a failed listener; doubles each time. */
const RETRY_MILLISECONDS = 5_000;
const LONGEST_RETRY_MILLISECONDS = 300_000;

/**
 * Listens until unsubscribed. Firestore's client stops a listener on every error it considers permanent, even an
 * aborted read, so failed listeners are restarted after a delay.
 */
export function keepListening<T>(
  listen: (found: (data: T) => void, failed: (error: Error) => void) => Promise<() => void>,
  found: (data: T) => void,
  failed: (error: Error) => void,
): () => void {
  let end: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = RETRY_MILLISECONDS;
  let ended = false;
  const foundAgain = (data: T) => {
    wait = RETRY_MILLISECONDS;
    if (!ended) found(data);
  };
  const tryAgainLater = (error: Error) => {
    if (ended) return;
    failed(error);
    timer = setTimeout(start, wait);
    wait = Math.min(2 * wait, LONGEST_RETRY_MILLISECONDS);
  };
  function start() {
    listen(foundAgain, tryAgainLater).then((stop) => {
      if (ended) stop();
      else end = stop;
    }, tryAgainLater);
  }
  start();
  return () => {
    ended = true;
    clearTimeout(timer);
    end?.();
  };
}
