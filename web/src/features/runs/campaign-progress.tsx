/** Progress of a run's campaigns, and who wasn't reached. */
import { Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useLiveDocument } from "../../data/live";
import { campaignStats } from "../../data/queries/runs";
import { useSession } from "../../data/session";
import type { CampaignProgress as Campaign } from "../../data/types/documents";
import { count } from "../../format/money";
import { type CampaignFigures, dealtWith, readersWords, skippedWords } from "./campaigns";

export function CampaignProgress({ campaign }: { campaign: Campaign }) {
  const isSending = campaign.status === "sending";
  const { orgId } = useSession();
  const readers = readersWords(useLiveDocument<CampaignFigures>(campaignStats(orgId, campaign.campaignId)).data);
  const skipped = skippedWords(campaign);
  return (
    <Paper withBorder p="md" mb="md" role="status">
      <Stack gap="xs">
        <Group justify="space-between" gap="sm">
          <Text size="sm" fw={500}>
            {isSending ? "Sending the campaign" : "Campaign"}
          </Text>
          <Text size="sm" c="dimmed" className="number">
            {count(campaign.sent)} sent, {count(dealtWith(campaign))} of {count(campaign.total)} done
          </Text>
        </Group>
        {isSending ? (
          <Progress value={(100 * dealtWith(campaign)) / Math.max(campaign.total, 1)} aria-label="Campaign" animated />
        ) : null}
        {readers ? <Text size="sm">{readers}</Text> : null}
        {skipped ? (
          <Text size="xs" c="dimmed">
            {skipped}
          </Text>
        ) : null}
      </Stack>
    </Paper>
  );
}
