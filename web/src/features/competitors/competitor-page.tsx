import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function CompetitorPage() {
  return (
    <Page title="Competitor">
      <RowsSkeleton />
    </Page>
  );
}
