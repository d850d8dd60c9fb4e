import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { plain } from "../format/words";
import { BackIcon } from "./icons";

export interface PageProps {
  title: string;
  /** One line below the title. */
  lead?: ReactNode;
  /** Buttons next to the title. */
  actions?: ReactNode;
  /** The parent page. */
  back?: { to: string; label: string };
  children: ReactNode;
}

/** A page: document title, one top-level heading, then content. */
export function Page({ title, lead, actions, back, children }: PageProps) {
  const shown = plain(title);
  return (
    <Stack gap="lg" maw={1200}>
      <title>{`${shown} · Playbooks`}</title>
      <Stack gap={4}>
        {back ? (
          <Anchor component={Link} to={back.to} size="sm" c="dimmed" w="fit-content">
            <Group gap={4} component="span">
              <BackIcon size={14} />
              {back.label}
            </Group>
          </Anchor>
        ) : null}
        <Group justify="space-between" align="flex-start" gap="md">
          <Title order={1} style={{ overflowWrap: "anywhere", flex: "1 1 16rem" }}>
            {shown}
          </Title>
          {actions ? <Group gap="xs">{actions}</Group> : null}
        </Group>
        {lead ? (
          <Text c="dimmed" component="div" mt={actions ? { base: "xs", sm: 0 } : 0}>
            {lead}
          </Text>
        ) : null}
      </Stack>
      {children}
    </Stack>
  );
}
