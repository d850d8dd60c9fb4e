import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function RunPage() {
  return (
    <Page title="Run">
      <RowsSkeleton />
    </Page>
  );
}
