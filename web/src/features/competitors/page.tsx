import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function CompetitorsPage() {
  return (
    <Page title="Competitors">
      <RowsSkeleton />
    </Page>
  );
}
