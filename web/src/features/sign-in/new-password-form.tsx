import { Button, Stack } from "@mantine/core";
import { type Auth, confirmPasswordReset, signInWithEmailAndPassword, verifyPasswordResetCode } from "firebase/auth";
import { type FormEvent, useEffect, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useBackend } from "../../data/session";
import { plain } from "../../format/words";
import { wordsOf as problemOf, useAttempt } from "./attempt";
import { Card } from "./card";
import { PasswordField } from "./fields";
import { ForgotForm } from "./forgot-form";
import { submitted } from "./forms";
import { nextPath } from "./next-path";

type Link = { kind: "checking" } | { kind: "good"; email: string } | { kind: "bad"; problem: string };

/** Opened from an emailed link: choose a password and sign in. */
export function NewPasswordForm({ code }: { code: string }) {
  const { auth } = useBackend();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const { attempt, isBusy, problem } = useAttempt();
  const link = useLink(auth, code);

  async function submit(event: FormEvent<HTMLFormElement>, email: string) {
    const password = submitted(event)("password");
    const worked = await attempt(async () => {
      await confirmPasswordReset(auth, code, password);
      await signInWithEmailAndPassword(auth, email, password);
    });
    if (worked) navigate(nextPath(search.get("next")), { replace: true });
  }

  if (link.kind === "bad")
    return (
      <ForgotForm reason={`${link.problem} We can email you a new one.`} email={search.get("email") ?? undefined} />
    );
  if (link.kind === "checking")
    return (
      <Card title="Choose a password" lead="Checking your link…">
        <Button loading fullWidth aria-label="Checking your link" />
      </Card>
    );
  return (
    <Card title="Choose a password" lead={`For ${plain(link.email)}.`} problem={problem}>
      <form onSubmit={(event) => void submit(event, link.email)}>
        <Stack>
          {/* So that a password manager knows for which account it keeps the password. */}
          <input type="hidden" name="email" autoComplete="username" value={link.email} />
          <PasswordField isNew />
          <Button type="submit" loading={isBusy} fullWidth>
            Save and sign in
          </Button>
        </Stack>
      </form>
    </Card>
  );
}

/** The link's account, if it is still valid. */
function useLink(auth: Auth, code: string): Link {
  const [link, setLink] = useState<Link>({ kind: "checking" });
  useEffect(() => {
    let isCurrent = true;
    verifyPasswordResetCode(auth, code).then(
      (email) => isCurrent && setLink({ kind: "good", email }),
      (error) => isCurrent && setLink({ kind: "bad", problem: problemOf(error) ?? "This link doesn't work." }),
    );
    return () => {
      isCurrent = false;
    };
  }, [auth, code]);
  return link;
}
