import { Page } from "../../ui/page";
import { RowsSkeleton } from "../../ui/states";

export default function HomePage() {
  return (
    <Page title="Home">
      <RowsSkeleton />
    </Page>
  );
}
