/** The only module that imports the Firestore SDK (134 kB gzipped): load it with `import()`, after the first paint. */
import {
  collection,
  connectFirestoreEmulator,
  deleteDoc,
  deleteField,
  doc,
  type Firestore,
  initializeFirestore,
  limit,
  onSnapshot,
  orderBy,
  type Query,
  type QueryDocumentSnapshot,
  query,
  serverTimestamp,
  setDoc,
  updateDoc,
  where,
} from "firebase/firestore";
import type { Backend } from "./firebase";
import { fitted } from "./fitted";
import type { DocumentQuery, ListQuery } from "./queries/query";

let connected: { backend: Backend; db: Firestore } | undefined;

function database(backend: Backend): Firestore {
  if (connected?.backend !== backend) {
    const db = initializeFirestore(backend.app, {});
    if (backend.firestore) connectFirestoreEmulator(db, backend.firestore.host, backend.firestore.port);
    connected = { backend, db };
  }
  return connected.db;
}

function queryOf(db: Firestore, asked: ListQuery): Query {
  return query(
    collection(db, asked.path),
    ...asked.where.map(([field, operator, value]) => where(field, operator, value)),
    ...asked.orderBy.map(([field, direction]) => orderBy(field, direction)),
    limit(asked.limit),
  );
}

const documentOf = <T>(one: QueryDocumentSnapshot): T => fitted(one.ref.parent.id, { ...one.data(), id: one.id }) as T;

type Ended = () => void;

/** Calls `found` with the documents (each with its `id`) now and on every change, until unsubscribed. */
export function listenToList<T>(
  backend: Backend,
  asked: ListQuery,
  found: (documents: T[]) => void,
  failed: (error: Error) => void,
): Ended {
  return onSnapshot(
    queryOf(database(backend), asked),
    (snapshot) => found(snapshot.docs.map((one) => documentOf<T>(one))),
    failed,
  );
}

/** The same for one document, or null. */
export function listenToDocument<T>(
  backend: Backend,
  asked: DocumentQuery,
  found: (document: T | null) => void,
  failed: (error: Error) => void,
): Ended {
  return onSnapshot(
    doc(database(backend), asked.path),
    (snapshot) => found(snapshot.exists() ? documentOf<T>(snapshot) : null),
    failed,
  );
}

/** The server's timestamp in writes. */
export const now = serverTimestamp;
/** Deletes a field in updates. */
export const removed = deleteField;

type Fields = Record<string, unknown>;

/** Creates or replaces the document at `path`. Rejects if the rules refuse it. */
export const put = (backend: Backend, path: string, fields: Fields) => setDoc(doc(database(backend), path), fields);
/** Changes the named fields of the document at `path`. */
export const change = (backend: Backend, path: string, fields: Fields) =>
  updateDoc(doc(database(backend), path), fields);
/** Deletes the document at `path`. */
export const remove = (backend: Backend, path: string) => deleteDoc(doc(database(backend), path));
