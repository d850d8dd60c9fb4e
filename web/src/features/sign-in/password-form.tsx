import { Anchor, Button, Divider, Group, Stack } from "@mantine/core";
import { signInWithEmailAndPassword } from "firebase/auth";
import { type FormEvent, useEffect } from "react";
import { Link, useSearchParams } from "react-router";
import { useBackend } from "../../data/session";
import { useAttempt } from "./attempt";
import { Card } from "./card";
import { EmailField, PasswordField } from "./fields";
import { submitted } from "./forms";

/** Email and password, and Google if reachable. */
export function PasswordForm() {
  const { auth, local } = useBackend();
  const [search] = useSearchParams();
  const { attempt, isBusy, problem } = useAttempt();
  const forgot = new URLSearchParams(search);
  forgot.set("mode", "forgot");

  function submit(event: FormEvent<HTMLFormElement>) {
    const field = submitted(event);
    void attempt(() => signInWithEmailAndPassword(auth, field("email").trim(), field("password")));
  }

  // Browsers only allow popups during a click, so the code must be loaded before.
  useEffect(() => {
    if (!local) void import("./google");
  }, [local]);

  return (
    <Card title="Sign in" lead="Sign in to your shop." problem={problem}>
      <form onSubmit={submit}>
        <Stack>
          <EmailField value={search.get("email") ?? undefined} />
          <PasswordField />
          <Button type="submit" loading={isBusy} fullWidth>
            Sign in
          </Button>
          <Group justify="center">
            <Anchor component={Link} to={`/signin?${forgot}`} size="sm">
              Forgot password?
            </Anchor>
          </Group>
        </Stack>
      </form>
      {/* Google's window can't be opened on a machine that may be offline. */}
      {local ? null : (
        <>
          <Divider label="or" />
          <Button
            variant="default"
            fullWidth
            disabled={isBusy}
            onClick={() => void attempt(async () => (await import("./google")).signInWithGoogle(auth))}
          >
            Continue with Google
          </Button>
        </>
      )}
    </Card>
  );
}
