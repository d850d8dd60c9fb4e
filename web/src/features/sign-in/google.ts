import { type Auth, browserPopupRedirectResolver, GoogleAuthProvider, signInWithPopup } from "firebase/auth";

/** Opens Google's window; rejects if it is closed or blocked. */
export async function signInWithGoogle(auth: Auth): Promise<void> {
  const provider = new GoogleAuthProvider();
  provider.setCustomParameters({ prompt: "select_account" });
  await signInWithPopup(auth, provider, browserPopupRedirectResolver);
}
