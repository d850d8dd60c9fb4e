import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { signInWithCustomToken, signInWithEmailAndPassword } from "firebase/auth";
import { type FormEvent, useEffect, useState } from "react";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { useBackend, useSessionState } from "../../data/session";
import { nextPath } from "./next-path";

const WORDS: Record<string, string> = {
  "auth/invalid-credential": "That email and password don't match.",
  "auth/wrong-password": "That email and password don't match.",
  "auth/user-not-found": "That email and password don't match.",
  "auth/too-many-requests": "Too many tries. Wait a few minutes, then try again.",
  "auth/user-disabled": "This account is turned off.",
  "auth/network-request-failed": "We can't reach the sign-in service. Check your connection.",
};

export default function SignInPage() {
  const { auth, local } = useBackend();
  const state = useSessionState();
  const [search] = useSearchParams();
  const { hash } = useLocation();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function attempt(how: () => Promise<unknown>) {
    setBusy(true);
    setProblem(undefined);
    try {
      await how();
    } catch (error) {
      const code = (error as { code?: string }).code ?? String(error);
      setProblem(WORDS[code] ?? `Signing in didn't work (${code}).`);
    } finally {
      setBusy(false);
    }
  }

  // A link of the local stack that signs in by itself. In production it would let a stranger's link sign people in as somebody else.
  const token = local ? new URLSearchParams(hash.slice(1)).get("token") : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each token.
  useEffect(() => {
    if (token) void attempt(() => signInWithCustomToken(auth, token));
  }, [token]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void attempt(() => signInWithEmailAndPassword(auth, String(form.get("email")), String(form.get("password"))));
  }

  if ((state.kind === "signed-in" && !token) || state.kind === "without-org" || (state.kind === "signed-in" && !isBusy))
    return <Navigate replace to={nextPath(search.get("next"))} />;
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>Sign in · Playbooks</title>
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <Stack>
          <div>
            <Title order={1}>Playbooks</Title>
            <Text c="dimmed">Sign in to your shop.</Text>
          </div>
          {problem ? (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          ) : null}
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label="Email"
                name="email"
                type="email"
                autoComplete="username"
                required
                withAsterisk={false}
              />
              <PasswordInput
                label="Password"
                name="password"
                autoComplete="current-password"
                required
                withAsterisk={false}
              />
              <Button type="submit" loading={isBusy} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
        </Stack>
      </Paper>
    </Center>
  );
}
