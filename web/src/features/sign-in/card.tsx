import { Alert, Center, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export interface CardProps {
  title: string;
  lead: ReactNode;
  problem?: string | undefined;
  children: ReactNode;
}

/** The frame of sign-in forms. */
export function Card({ title, lead, problem, children }: CardProps) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>{`${title} · Playbooks`}</title>
      <Stack w="100%" maw={400} gap="lg">
        <Text fw={650} ta="center">
          Playbooks
        </Text>
        <Paper withBorder shadow="sm" p={{ base: "lg", xs: "xl" }}>
          <Stack>
            <div>
              <Title order={1}>{title}</Title>
              <Text c="dimmed">{lead}</Text>
            </div>
            {problem ? (
              <Alert color="red" role="alert">
                {problem}
              </Alert>
            ) : null}
            {children}
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}
