import { Anchor, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useFetched } from "../../data/api";
import { useSession } from "../../data/session";
import type { Profile } from "../../data/types/api";
import { dollars } from "../../format/money";
import { plain } from "../../format/words";
import { Shown } from "../../ui/states";
import { ProfileForm } from "./profile-form";
import { zoneLabel } from "./zones";

export function Organization() {
  const profile = useFetched<Profile>("/settings/organization");
  const [saved, setSaved] = useState<Profile>();
  const { isOwner } = useSession();
  return (
    <Shown live={{ ...profile, data: saved ?? profile.data }} what="The organization" onRetry={profile.reload}>
      {(known) =>
        isOwner ? (
          // The key resets the form after saving.
          <ProfileForm key={JSON.stringify(known)} profile={known} wasSaved={known === saved} onSaved={setSaved} />
        ) : (
          <ProfileView profile={known} />
        )
      }
    </Shown>
  );
}

/** Read-only version. */
function ProfileView({ profile }: { profile: Profile }) {
  const facts: [string, string | undefined][] = [
    ["Name", plain(profile.name)],
    ["Time zone", zoneLabel(profile.timezone)],
    ["Postal address", profile.postalAddress ? plain(profile.postalAddress) : undefined],
    ["Email for reports and alerts", profile.ownerEmail ? plain(profile.ownerEmail) : undefined],
    ["Phones for urgent texts", profile.staffPhones.join("\n") || undefined],
    ["Monthly budget", profile.monthlyBudgetUsd == null ? "No limit" : dollars(profile.monthlyBudgetUsd)],
  ];
  return (
    <Stack maw={560}>
      <Paper withBorder p="md">
        <Stack gap="md" component="dl" m={0}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <Text component="dt" size="sm" c="dimmed">
                {name}
              </Text>
              <Text component="dd" m={0} style={{ whiteSpace: "pre-line", overflowWrap: "anywhere" }}>
                {value ?? "Not set"}
              </Text>
            </div>
          ))}
        </Stack>
      </Paper>
      <Text c="dimmed" size="sm">
        Only owners can change this. See{" "}
        <Anchor component={Link} to="/usage" size="sm" underline="always">
          Usage
        </Anchor>{" "}
        for what has been spent.
      </Text>
    </Stack>
  );
}
