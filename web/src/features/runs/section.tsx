import { Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A section of the side pane. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap={6} component="section">
      <Title order={3} size="sm" c="dimmed" fw={600}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}
