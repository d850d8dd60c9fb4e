/** The latest bulk job's progress and, for a while, its result. */
import { Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useLiveList } from "../../data/live";
import { newestBulkJob } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { BulkJob } from "../../data/types/documents";
import { jobPercent, jobWords } from "./bulk";

const SHOWN_FOR = 10 * 60_000;

export function BulkProgress() {
  const { orgId } = useSession();
  const [hidden, setHidden] = useState<string>();
  const job = useLiveList<BulkJob>(newestBulkJob(orgId)).data?.[0];
  if (!job || job.id === hidden || isLongOver(job)) return null;
  const words = jobWords(job);
  const isOver = job.status === "completed";
  return (
    <Paper withBorder p="md" role="status">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text size="sm" fw={500}>
            {words}
          </Text>
          {isOver ? (
            <Button size="compact-xs" variant="subtle" onClick={() => setHidden(job.id)}>
              Hide
            </Button>
          ) : (
            <Text size="sm" c="dimmed" className="number">
              {job.done + job.skipped + job.failed} of {job.matched}
            </Text>
          )}
        </Group>
        {isOver ? null : <Progress value={jobPercent(job)} aria-label={words} animated />}
      </Stack>
    </Paper>
  );
}

const isLongOver = ({ completedAt }: BulkJob) => completedAt && Date.now() - completedAt.toMillis() > SHOWN_FOR;
