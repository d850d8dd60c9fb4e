import { Anchor, Group, Paper, Stack, Switch, Table, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { useFetched } from "../../data/api";
import { useSession } from "../../data/session";
import type { NotificationPreferences, Profile } from "../../data/types/api";
import { counted } from "../../format/money";
import { plain } from "../../format/words";
import { Shown } from "../../ui/states";
import { ALERT_TYPES, CHANNELS } from "./alert-types";
import { DailyDigest } from "./daily-digest";
import { type Change, usePreferences } from "./preferences";
import { QuietHoursForm } from "./quiet-hours";
import { SaveState } from "./save-state";

/** Fits three labeled switches on a phone. */
const NARROW = { px: { base: 5, xs: "sm" }, fz: { base: "xs", xs: "sm" } } as const;

export function Notifications() {
  const { preferences, saving, change } = usePreferences();
  const { isOwner } = useSession();
  const profile = useFetched<Profile>("/settings/organization");
  return (
    <Shown live={preferences} what="The notification settings" onRetry={preferences.reload}>
      {(known) => (
        <Stack gap="lg" maw={760}>
          <Stack gap="xs">
            <Paper withBorder>
              <Choices preferences={known} onChange={isOwner ? change : undefined} />
            </Paper>
            <Group justify="space-between" align="flex-start">
              <Reach profile={profile.data} />
              <SaveState state={saving} />
            </Group>
          </Stack>
          <QuietHoursForm hours={known.quietHours ?? undefined} onChange={isOwner ? change : undefined} />
          {profile.data ? <DailyDigest profile={profile.data} mayChange={isOwner} /> : null}
          <Stack gap={4}>
            <Title order={2} size="h4">
              Repeats
            </Title>
            <Text c="dimmed">
              When the same thing happens again within an hour, we count it and send one message at the end of the hour.
            </Text>
          </Stack>
          {isOwner ? null : <Text c="dimmed">Only owners can change these settings.</Text>}
        </Stack>
      )}
    </Shown>
  );
}

function Choices(props: { preferences: NotificationPreferences; onChange: ((change: Change) => void) | undefined }) {
  const { preferences, onChange } = props;
  return (
    <Table verticalSpacing="sm" horizontalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Notify us about</Table.Th>
          {CHANNELS.map(({ channel, name }) => (
            <Table.Th key={channel} ta="center" w={{ base: 1, xs: 92 }} {...NARROW}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ALERT_TYPES.map(({ type, name, what }) => (
          <Table.Tr key={type}>
            <Table.Th scope="row" fw={400}>
              <Text fw={550}>{name}</Text>
              <Text size="sm" c="dimmed">
                {what}
              </Text>
            </Table.Th>
            {CHANNELS.map(({ channel, name: channelName }) => {
              const isOn = preferences[type][channel];
              return (
                <Table.Td key={channel} ta="center" {...NARROW}>
                  {onChange ? (
                    <Switch
                      display="inline-block"
                      aria-label={`${name}: ${channelName}`}
                      checked={isOn}
                      onChange={(event) => onChange({ [type]: { [channel]: event.currentTarget.checked } })}
                    />
                  ) : (
                    <Text size="sm" {...(isOn ? { fw: 550 } : { c: "dimmed" })}>
                      {isOn ? "On" : "Off"}
                    </Text>
                  )}
                </Table.Td>
              );
            })}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** The email and text recipients. */
function Reach({ profile: data }: { profile: Profile | undefined }) {
  if (!data) return null;
  const phones = data.staffPhones.length;
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
      {data.ownerEmail ? `Email goes to ${plain(data.ownerEmail)}` : "No email address yet"};{" "}
      {phones ? `texts go to ${counted(phones, "phone")}` : "there is no phone for texts yet"}.{" "}
      <Anchor component={Link} to="/settings/organization" size="sm" underline="always">
        {data.ownerEmail && phones ? "See them" : "Add one"}
      </Anchor>
    </Text>
  );
}
