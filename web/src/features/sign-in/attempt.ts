import { useCallback, useState } from "react";

const WRONG = "That email and password don't match.";
const WORDS: Record<string, string> = {
  "auth/invalid-credential": WRONG,
  "auth/invalid-login-credentials": WRONG,
  "auth/wrong-password": WRONG,
  "auth/user-not-found": WRONG,
  "auth/invalid-email": "Enter an email address, like owner@shop.example.",
  "auth/too-many-requests": "Too many attempts. Wait a few minutes, then try again.",
  "auth/user-disabled": "This account is turned off. Ask the shop's owner to turn it on.",
  "auth/network-request-failed": "The sign-in service can't be reached. Check your connection and try again.",
  "auth/weak-password": "Choose a longer password: at least 6 characters.",
  "auth/password-does-not-meet-requirements": "Choose a stronger password: longer, with letters and numbers.",
  "auth/popup-blocked": "Your browser blocked the Google window. Allow pop-ups for this site and try again.",
  "auth/account-exists-with-different-credential": "This address signs in with a password. Use the form.",
  "auth/operation-not-allowed": "This way of signing in is turned off for this project.",
  "auth/unauthorized-domain": "Signing in with Google isn't set up for this address of the site.",
  "auth/expired-action-code": "This link has expired.",
  "auth/invalid-action-code": "This link has expired or was already used.",
  "auth/invalid-custom-token": "This link doesn't work anymore. Get a new one from the console.",
};
/** The user canceled. */
const SILENT: readonly string[] = ["auth/popup-closed-by-user", "auth/cancelled-popup-request"];

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? "";

/** A sign-in error as a sentence; undefined if there is nothing to say. */
export function wordsOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (SILENT.includes(code)) return undefined;
  return WORDS[code] ?? `That didn't work (${code || String(error)}). Try again.`;
}

/** Tracks one attempt at a time and its last error. `attempt` returns true on success. */
export function useAttempt() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const attempt = useCallback(async (how: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await how();
      return true;
    } catch (error) {
      setProblem(wordsOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { attempt, isBusy, problem };
}
