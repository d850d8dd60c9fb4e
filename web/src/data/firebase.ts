/** The project and the session. Hosting provides the project at `/__/firebase/init.json`, so one build serves all. */
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
  /** A local stack: no real accounts or email. */
  local: boolean;
  /** The Firestore emulator; absent in production. */
  firestore: Address | undefined;
  projectId: string;
}

/** Connects to the project that serves this page. Firestore is connected on first use (`firestore.ts`). */
export async function connect(): Promise<Backend> {
  const answer = await fetch("/__/firebase/init.json");
  if (!answer.ok) throw new Error(`/__/firebase/init.json answered ${answer.status}`);
  const options = (await answer.json()) as FirebaseOptions;
  const projectId = options.projectId ?? "";
  const local = projectId.startsWith("demo-");
  const emulators: Emulators = local ? await emulatorAddresses() : {};
  const app = initializeApp(options);
  // Don't await between these two: a stored user would be looked up at Google on the next event loop turn.
  const auth = initializeAuth(app, { persistence: [indexedDBLocalPersistence, browserLocalPersistence] });
  if (emulators.auth) connectAuthEmulator(auth, emulators.auth, { disableWarnings: true });
  return { app, auth, local, firestore: emulators.firestore, projectId };
}

interface Emulators {
  auth?: string;
  firestore?: Address;
}

/**
 * The Hosting emulator lists the other emulators only in `init.js`, a script for the namespaced SDK. This mocks
 * that SDK and records the settings.
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
