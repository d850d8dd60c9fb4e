import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function DecisionsPage() {
  return (
    <Page title="Decisions">
      <RowsSkeleton />
    </Page>
  );
}
