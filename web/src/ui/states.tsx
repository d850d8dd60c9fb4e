/** Loading, empty and error states. */
import { Alert, Button, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../data/api";
import type { Live } from "../data/live";
import { label, sentence } from "../format/words";
import { AlertIcon } from "./icons";

export function PageSkeleton() {
  return (
    <Stack gap="lg" aria-busy aria-label="Loading" role="status">
      <Skeleton h={28} w={220} />
      <RowsSkeleton />
    </Stack>
  );
}

export function RowsSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Paper withBorder p="md" aria-busy>
      <Stack gap="md">
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same.
          <Skeleton key={row} h={20} w={`${90 - row * 9}%`} />
        ))}
      </Stack>
    </Paper>
  );
}

/** The empty state: what will be here and how to start. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs" ta="center" py="md">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children ? (
          <Text c="dimmed" maw={460}>
            {children}
          </Text>
        ) : null}
        {action}
      </Stack>
    </Paper>
  );
}

/** The error state with a retry button. */
export function Failure({ title, error, onRetry }: { title: string; error: Error; onRetry?: () => void }) {
  return (
    <Alert color="red" icon={<AlertIcon size={18} />} title={title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{wordsOf(error)}</Text>
        {onRetry ? (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

const WORDS: Record<string, string> = {
  "permission-denied": "You don't have access to this, or it doesn't exist.",
  unavailable: "The database can't be reached. Check your connection.",
  "failed-precondition": "The database isn't ready for this view yet. Try again in a few minutes.",
};

/** "postalAddress" as "Postal address". */
const fieldName = (field: string) => label(field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));

/** Firestore's errors have codes, the API's have sentences, or say of each field what was expected. */
export function wordsOf(error: Error): string {
  if (error instanceof ApiError && error.problems.length > 0)
    return error.problems.map(({ field, expected }) => `${fieldName(field)}: expected ${expected}.`).join(" ");
  return ("code" in error && typeof error.code === "string" && WORDS[error.code]) || sentence(error.message);
}

/** One of these states, or the children with the data. */
export function Shown<T>(props: {
  live: Live<T>;
  /** What is loaded: "These runs". */
  what: string;
  children: (data: NonNullable<T>) => ReactNode;
  empty?: ReactNode;
  loading?: ReactNode;
  onRetry?: () => void;
}) {
  const { data, error } = props.live;
  const retry = props.onRetry ? { onRetry: props.onRetry } : {};
  if (error) return <Failure title={`${props.what} can't be shown`} error={error} {...retry} />;
  if (data === undefined) return props.loading ?? <RowsSkeleton />;
  if (data === null || (Array.isArray(data) && data.length === 0)) return props.empty ?? null;
  return props.children(data);
}
