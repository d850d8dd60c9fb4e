/** `/signin`: with a password, Google, an emailed link, or on a local stack a token link. */
import { Button } from "@mantine/core";
import { signInWithCustomToken } from "firebase/auth";
import { useEffect, useState } from "react";
import { Navigate, useLocation, useNavigate, useSearchParams } from "react-router";
import { useBackend, useSessionState } from "../../data/session";
import { wordsOf } from "./attempt";
import { Card } from "./card";
import { ForgotForm } from "./forgot-form";
import { NewPasswordForm } from "./new-password-form";
import { nextPath } from "./next-path";
import { PasswordForm } from "./password-form";

export default function SignInPage() {
  const { local } = useBackend();
  const state = useSessionState();
  const [search] = useSearchParams();
  const { hash } = useLocation();
  // In production, a stranger's link could sign people in to another account.
  const token = local ? new URLSearchParams(hash.slice(1)).get("token") : null;
  const code = search.get("mode") === "resetPassword" ? search.get("oobCode") : null;

  if (token) return <ByToken token={token} />;
  // Even if someone is signed in: the link is for the person it was emailed to.
  if (code) return <NewPasswordForm code={code} />;
  if (state.kind === "signed-in" || state.kind === "without-org")
    return <Navigate replace to={nextPath(search.get("next"))} />;
  if (state.kind === "loading") return null;
  return search.get("mode") === "forgot" ? <ForgotForm email={search.get("email") ?? undefined} /> : <PasswordForm />;
}

/** A local stack's token link. */
function ByToken({ token }: { token: string }) {
  const { auth } = useBackend();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each token.
  useEffect(() => {
    signInWithCustomToken(auth, token).then(
      () => navigate(nextPath(search.get("next")), { replace: true }),
      (error) => setProblem(wordsOf(error)),
    );
  }, [token]);
  return (
    <Card title="Sign in" lead="Signing you in…" problem={problem}>
      {problem ? <Button onClick={() => navigate("/signin", { replace: true })}>Sign in with a password</Button> : null}
    </Card>
  );
}
