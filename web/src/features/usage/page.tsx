import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function UsagePage() {
  return (
    <Page title="Usage">
      <RowsSkeleton />
    </Page>
  );
}
