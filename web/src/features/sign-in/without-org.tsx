import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { signOut } from "firebase/auth";
import { useBackend } from "../../data/session";

/** For an account that belongs to no org yet. */
export function WithoutOrg() {
  const { auth } = useBackend();
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>No shop yet · Playbooks</title>
      <Stack maw={420}>
        <Title order={1}>You don't belong to a shop yet</Title>
        <Text>Ask the shop's owner to add {auth.currentUser?.email ?? "your account"}, then check again.</Text>
        <Button onClick={() => void auth.currentUser?.getIdToken(true)}>Check again</Button>
        <Button variant="default" onClick={() => void signOut(auth)}>
          Sign out
        </Button>
      </Stack>
    </Center>
  );
}
