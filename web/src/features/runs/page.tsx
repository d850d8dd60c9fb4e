import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function RunsPage() {
  return (
    <Page title="Runs">
      <RowsSkeleton />
    </Page>
  );
}
