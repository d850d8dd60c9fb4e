import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import { PlusIcon, TrashIcon } from "../../ui/icons";

const MOST = 20;
const LIKE_A_FIELD = {
  root: { margin: 0, padding: 0 },
  legend: {
    padding: 0,
    marginBottom: 2,
    fontSize: "var(--mantine-font-size-sm)",
    fontWeight: "var(--mantine-font-weight-medium)",
  },
};

/** Staff phones, one field each. */
export function Phones(props: {
  phones: readonly string[];
  problems: ReadonlyMap<string, string>;
  onChange: (phones: string[]) => void;
}) {
  const { phones, problems, onChange } = props;
  // The server's indexes refer to nonempty phones.
  const places = phones.map((_, at) => phones.slice(0, at).filter((one) => one.trim()).length);
  return (
    <Fieldset variant="unstyled" legend="Phones for urgent texts" styles={LIKE_A_FIELD}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          Your staff's mobile phones. They get the alerts you chose to send as texts.
        </Text>
        {phones.map((phone, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a phone is what stands in its place.
          <Group key={at} gap="xs" align="flex-start" wrap="nowrap">
            <TextInput
              aria-label={`Phone ${at + 1}`}
              type="tel"
              placeholder="+1 315 555 0123"
              value={phone}
              onChange={(event) => onChange(phones.with(at, event.currentTarget.value))}
              error={phone.trim() ? problems.get(`staffPhones[${places[at]}]`) : undefined}
              style={{ flex: "1 1 auto" }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Remove phone ${at + 1}`}
              onClick={() => onChange(phones.filter((_, other) => other !== at))}
            >
              <TrashIcon size={16} />
            </ActionIcon>
          </Group>
        ))}
        {problems.has("staffPhones") ? (
          <Text size="sm" c="var(--mantine-color-error)">
            {problems.get("staffPhones")}
          </Text>
        ) : null}
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<PlusIcon size={14} />}
          disabled={phones.length >= MOST}
          onClick={() => onChange([...phones, ""])}
        >
          Add a phone
        </Button>
      </Stack>
    </Fieldset>
  );
}
