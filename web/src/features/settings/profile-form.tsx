import { Button, Group, NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, useApi } from "../../data/api";
import type { Profile } from "../../data/types/api";
import { useAct } from "../../ui/act";
import { Phones } from "./phones";
import { changesOf, type Draft, draftOf, problemsOf, storedProblems } from "./profile";
import { SaveState } from "./save-state";
import { zoneGroups } from "./zones";

export function ProfileForm(props: { profile: Profile; wasSaved: boolean; onSaved: (profile: Profile) => void }) {
  const api = useApi();
  const { busy, act } = useAct();
  const [before] = useState(() => draftOf(props.profile));
  const [draft, setDraft] = useState(before);
  const [problems, setProblems] = useState(() => storedProblems(props.profile));
  const changes = changesOf(before, draft);
  const isChanged = Object.keys(changes).length > 0;

  const set = (fields: Partial<Draft>) => setDraft((old) => ({ ...old, ...fields }));

  async function submit(event: FormEvent) {
    event.preventDefault();
    await act("save", async () => {
      try {
        props.onSaved(await api<Profile>("/settings/organization", { method: "POST", body: changes }));
      } catch (error) {
        const found = error instanceof ApiError ? problemsOf(error.problems) : new Map<string, string>();
        setProblems(found);
        throw found.size ? new Error("Nothing was saved. Look at the fields marked in red.") : error;
      }
    });
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack maw={560} gap="lg">
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problems.get("name")}
          maxLength={200}
          required
          withAsterisk={false}
        />
        <NativeSelect
          label="Time zone"
          description="Used for the times you see here, quiet hours, and monthly usage. Existing schedules keep their time zone; new ones use this one."
          data={zoneGroups(before.timezone)}
          value={draft.timezone}
          onChange={(event) => set({ timezone: event.currentTarget.value })}
          error={problems.get("timezone")}
        />
        <Textarea
          label="Postal address"
          value={draft.postalAddress}
          onChange={(event) => set({ postalAddress: event.currentTarget.value })}
          error={problems.get("postalAddress")}
          maxLength={500}
          autosize
          minRows={3}
        />
        <TextInput
          label="Email for reports and alerts"
          type="email"
          value={draft.ownerEmail}
          onChange={(event) => set({ ownerEmail: event.currentTarget.value })}
          error={problems.get("ownerEmail")}
        />
        <Phones phones={draft.staffPhones} problems={problems} onChange={(staffPhones) => set({ staffPhones })} />
        <TextInput
          label="Monthly budget in US dollars"
          description="We'll alert you at 80%. Once it's used up, optional AI steps pause until next month. Leave it empty for no limit."
          inputMode="decimal"
          value={draft.monthlyBudgetUsd}
          onChange={(event) => set({ monthlyBudgetUsd: event.currentTarget.value })}
          error={problems.get("monthlyBudgetUsd")}
          w={{ xs: 280 }}
        />
        <Group>
          <Button type="submit" loading={busy === "save"} disabled={!isChanged}>
            Save changes
          </Button>
          <SaveState state={props.wasSaved && !isChanged ? "saved" : "idle"} />
        </Group>
      </Stack>
    </form>
  );
}
