import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function PlaybooksPage() {
  return (
    <Page title="Playbooks">
      <RowsSkeleton />
    </Page>
  );
}
