import { Button, Text } from "@mantine/core";
import { signOut } from "firebase/auth";
import { useState } from "react";
import { useBackend } from "../../data/session";
import { plain } from "../../format/words";
import { useAttempt } from "./attempt";
import { Card } from "./card";

/** For accounts without an org. */
export function WithoutOrg() {
  const { auth } = useBackend();
  const { attempt, isBusy, problem } = useAttempt();
  const [wasChecked, setChecked] = useState(false);

  /** Refreshes the token; once the account has an org, another page replaces this one. */
  async function check() {
    setChecked(false);
    if (await attempt(async () => auth.currentUser?.getIdToken(true))) setChecked(true);
  }

  return (
    <Card
      title="You don't belong to a shop yet"
      lead={`You're signed in as ${plain(auth.currentUser?.email ?? "an account without an email")}.`}
      problem={problem}
    >
      <Text>Ask the shop's owner to add this address under Settings → People, then check again.</Text>
      {wasChecked && !isBusy ? (
        <Text role="status" c="dimmed">
          Nothing has changed yet.
        </Text>
      ) : null}
      <Button loading={isBusy} onClick={() => void check()}>
        Check again
      </Button>
      <Button variant="default" onClick={() => void signOut(auth)}>
        Sign out
      </Button>
    </Card>
  );
}
