/** Firestore's documents in a component, current until it is taken off the page. */
import { useEffect, useState } from "react";
import type { DocumentQuery, ListQuery } from "./queries/query";
import { useBackend } from "./session";

/** What is known: nothing yet (both undefined), the data, or why there is none. */
export interface Live<T> {
  data: T | undefined;
  error: Error | undefined;
}

const NOTHING_YET = { data: undefined, error: undefined };
type Firestore = typeof import("./firestore");
type Listen<T> = (firestore: Firestore, found: (data: T) => void, failed: (error: Error) => void) => () => void;

/** Documents that match, each with its `id`; null asks for nothing. Two components with one query share its reads. */
export function useLiveList<T>(query: ListQuery | null): Live<T[]> {
  const backend = useBackend();
  return useListener<T[]>(query, (firestore, found, failed) =>
    query ? firestore.listenToList<T>(backend, query, found, failed) : () => undefined,
  );
}

/** One document with its `id`; null where there is none. */
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
    let end: (() => void) | undefined;
    let ended = false;
    const failed = (error: Error) => setState({ key, data: undefined, error });
    import("./firestore").then((firestore) => {
      if (!ended) end = listen(firestore, (data) => setState({ key, data, error: undefined }), failed);
    }, failed);
    return () => {
      ended = true;
      end?.();
    };
  }, [key]);
  return state.key === key ? state : NOTHING_YET;
}
