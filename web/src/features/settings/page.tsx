import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function SettingsPage() {
  return (
    <Page title="Settings">
      <RowsSkeleton />
    </Page>
  );
}
