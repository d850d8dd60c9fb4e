import { NativeSelect, Stack, Switch, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useApi } from "../../data/api";
import { useOrg } from "../../data/org";
import type { DigestSetting, Profile } from "../../data/types/api";
import { plain } from "../../format/words";
import { useAct } from "../../ui/act";
import { isBeforeReports, reportsStart, storedProblem, timeOptions, timeWords, USUAL_TIME } from "./digest";
import { SaveState } from "./save-state";
import { zoneName } from "./zones";

/** The daily digest setting; read-only for users who can't change it. */
export function DailyDigest({ profile, mayChange }: { profile: Profile; mayChange: boolean }) {
  const api = useApi();
  const { busy, act } = useAct();
  const { zone } = useOrg();
  const [saved, setSaved] = useState<Profile>();
  // Optimistic while saving.
  const [wanted, setWanted] = useState<DigestSetting | null>();
  const known = saved ?? profile;
  const at = (wanted === undefined ? known.digest : wanted)?.at;
  const wrong = storedProblem(known);

  async function save(digest: DigestSetting | null) {
    setWanted(digest);
    await act("digest", async () =>
      setSaved(await api<Profile>("/settings/organization", { method: "POST", body: { digest } })),
    );
    setWanted(undefined);
  }

  return (
    <Stack gap="xs">
      <div>
        <Title order={2} size="h4">
          Daily digest
        </Title>
        <Text c="dimmed">
          Get your playbooks' reports in one email a day. Critical alerts, texts and reports you run yourself still come
          right away.
        </Text>
      </div>
      {wrong === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: "anywhere" }}>
          The saved setting {plain(wrong)} can't be used, so reports come one by one. Choose a time to fix it.
        </Text>
      )}
      {mayChange ? (
        <>
          <Switch
            label="Send one email a day"
            checked={at !== undefined}
            disabled={busy === "digest"}
            onChange={(event) => void save(event.currentTarget.checked ? { at: USUAL_TIME } : null)}
          />
          {at === undefined ? null : (
            <NativeSelect
              label="Send it at"
              description={`In ${zoneName(zone)} time.`}
              data={timeOptions(at)}
              value={at}
              disabled={busy === "digest"}
              onChange={(event) => void save({ at: event.currentTarget.value })}
              w={{ xs: 280 }}
            />
          )}
          <SaveState state={busy === "digest" ? "saving" : saved ? "saved" : "idle"} />
        </>
      ) : (
        <Text>{at === undefined ? "Off." : `Every day at ${timeWords(at)}.`}</Text>
      )}
      {at !== undefined && isBeforeReports(at, zone) ? (
        <Text size="sm" c="dimmed">
          Daily reports start at {timeWords(reportsStart(zone))}, so this email has the ones from the day before.
        </Text>
      ) : null}
    </Stack>
  );
}
