import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function AlertsPage() {
  return (
    <Page title="Alerts">
      <RowsSkeleton />
    </Page>
  );
}
