import { Anchor, Group, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";

/** A section of Home with a link to the full page. */
export function Section(props: {
  title: string;
  to: string;
  /** The link's text. */
  more: string;
  /** Whether there is anything to show. */
  isShown: boolean;
  children: ReactNode;
}) {
  return (
    <Stack gap="xs" component="section" aria-label={props.title}>
      <Group justify="space-between" align="baseline">
        <Title order={2} size="h4">
          {props.title}
        </Title>
        {props.isShown ? (
          <Anchor component={Link} to={props.to} size="sm">
            {props.more}
          </Anchor>
        ) : null}
      </Group>
      {props.children}
    </Stack>
  );
}
