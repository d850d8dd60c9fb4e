import { Alert, Anchor, Button, Group, Stack } from "@mantine/core";
import { type Auth, sendPasswordResetEmail } from "firebase/auth";
import { type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useBackend } from "../../data/session";
import { plain } from "../../format/words";
import { useAttempt } from "./attempt";
import { Card } from "./card";
import { EmailField } from "./fields";
import { submitted } from "./forms";

/** Emails a password reset link. `reason`: why one is needed, if it wasn't forgotten. */
export function ForgotForm({ reason, email }: { reason?: string; email?: string | undefined }) {
  const { auth, local } = useBackend();
  const [search] = useSearchParams();
  const { attempt, isBusy, problem } = useAttempt();
  const [sentTo, setSentTo] = useState<string>();
  const back = new URLSearchParams(search);
  for (const name of ["mode", "oobCode", "apiKey", "lang", "continueUrl"]) back.delete(name);

  async function submit(event: FormEvent<HTMLFormElement>) {
    const address = submitted(event)("email").trim();
    if (await attempt(() => mailLink(auth, address))) setSentTo(address);
  }

  return (
    <Card title="Reset your password" lead={reason ?? "We'll email you a link to choose a new one."} problem={problem}>
      {sentTo ? (
        <Alert color="teal" role="status" title="Check your email">
          If {plain(sentTo)} has an account, a link is on its way. It works for one hour.
          {local ? " The local stack doesn't send emails: find the link in the Auth emulator's log." : null}
        </Alert>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <EmailField value={email} />
            <Button type="submit" loading={isBusy} fullWidth>
              Email me a link
            </Button>
          </Stack>
        </form>
      )}
      <Group justify="center">
        <Anchor component={Link} to={`/signin${back.size ? `?${back}` : ""}`} size="sm">
          Back to sign in
        </Anchor>
      </Group>
    </Card>
  );
}

async function mailLink(auth: Auth, address: string): Promise<void> {
  try {
    await sendPasswordResetEmail(auth, address, { url: `${window.location.origin}/signin` });
  } catch (error) {
    // Don't reveal who has an account.
    if ((error as { code?: string }).code !== "auth/user-not-found") throw error;
  }
}
