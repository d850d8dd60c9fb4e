import { SimpleGrid, Stack } from "@mantine/core";
import { Page } from "../../ui/page";
import { Ask } from "./ask";
import { Findings } from "./findings";
import "./home.css";
import { Month } from "./month";
import { NeedsYou } from "./needs-you";
import { NextRuns } from "./next-runs";

/** Reads: as `data/queries/home.ts` counts them. */
export default function HomePage() {
  return (
    <Page title="Home">
      <Ask />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl">
        <Stack gap="xl">
          <NeedsYou />
          <Findings />
        </Stack>
        <Stack gap="xl">
          <NextRuns />
          <Month />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}
