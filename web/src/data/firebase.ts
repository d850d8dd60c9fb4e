/** Which project this is, and who is signed in: Hosting says the one at `/__/firebase/init.json`, one build serves all. */
import { type FirebaseApp, type FirebaseOptions, initializeApp } from "firebase/app";
import {
  type Auth,
  browserLocalPersistence,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
} from "firebase/auth";

export interface Address {
  host: string;
  port: number;
}

export interface Backend {
  app: FirebaseApp;
  auth: Auth;
  /** A stack on this machine: no real account, no real mail. */
  local: boolean;
  /** Where Firestore is emulated; absent in production. */
  firestore: Address | undefined;
  projectId: string;
}

/** Connects to the project that serves this page. Firestore is connected by what first reads from it (`firestore.ts`). */
export async function connect(): Promise<Backend> {
  const answer = await fetch("/__/firebase/init.json");
  if (!answer.ok) throw new Error(`/__/firebase/init.json answered ${answer.status}`);
  const options = (await answer.json()) as FirebaseOptions;
  const projectId = options.projectId ?? "";
  const local = projectId.startsWith("demo-");
  const emulators: Emulators = local ? await emulatorAddresses() : {};
  const app = initializeApp(options);
  // Nothing may be awaited between these two: a kept user would be looked up at Google as soon as the event loop turns.
  const auth = initializeAuth(app, { persistence: [indexedDBLocalPersistence, browserLocalPersistence] });
  if (emulators.auth) connectAuthEmulator(auth, emulators.auth, { disableWarnings: true });
  return { app, auth, local, firestore: emulators.firestore, projectId };
}

interface Emulators {
  auth?: string;
  firestore?: Address;
}

/**
 * The Hosting emulator names the other emulators in `init.js` alone, a script for the namespaced SDK: this stands in
 * for that SDK and notes what it is told.
 */
function emulatorAddresses(): Promise<Emulators> {
  return new Promise((resolve, reject) => {
    const found: Emulators = {};
    const namespacedSdk = {
      initializeApp: () => undefined,
      auth: () => ({
        useEmulator: (url: string) => {
          found.auth = url;
        },
      }),
      firestore: () => ({
        useEmulator: (host: string, port: number) => {
          found.firestore = { host, port };
        },
      }),
    };
    Object.assign(globalThis, { firebase: namespacedSdk });
    const script = document.createElement("script");
    script.src = "/__/firebase/init.js?useEmulator=true";
    script.onload = () => {
      Reflect.deleteProperty(globalThis, "firebase");
      script.remove();
      resolve(found);
    };
    script.onerror = () => reject(new Error("/__/firebase/init.js could not be loaded"));
    document.head.append(script);
  });
}
