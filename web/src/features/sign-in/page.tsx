/** `/signin`: by password, by Google, by a link in a mail, and on a local stack by a link with a token. */
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
  // In production it would let a stranger's link sign people in as somebody else.
  const token = local ? new URLSearchParams(hash.slice(1)).get("token") : null;
  const code = search.get("mode") === "resetPassword" ? search.get("oobCode") : null;

  if (token) return <ByToken token={token} />;
  // Also where somebody is signed in: a link in a mail is for the person it was mailed to.
  if (code) return <NewPasswordForm code={code} />;
  if (state.kind === "signed-in" || state.kind === "without-org")
    return <Navigate replace to={nextPath(search.get("next"))} />;
  if (state.kind === "loading") return null;
  return search.get("mode") === "forgot" ? <ForgotForm email={search.get("email") ?? undefined} /> : <PasswordForm />;
}

/** A link of the local stack that signs in by itself. */
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
