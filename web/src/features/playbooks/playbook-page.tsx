import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function PlaybookPage() {
  return (
    <Page title="Playbook">
      <RowsSkeleton />
    </Page>
  );
}
