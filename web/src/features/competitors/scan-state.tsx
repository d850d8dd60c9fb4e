import { Group, Text } from "@mantine/core";
import type { CompetitorItem } from "../../data/types/api";
import { AlertIcon, CheckIcon, ClockIcon } from "../../ui/icons";
import { type Look, StateBadge } from "../../ui/status";
import { When } from "../../ui/when";
import { isUnreadable } from "./words";

/** The last scan's result: an icon, a word and a time. */
export function ScanState({ competitor }: { competitor: CompetitorItem }) {
  const at = competitor.lastScan?.at ?? competitor.menuSeenAt;
  return (
    <Group gap="xs" wrap="nowrap">
      <StateBadge {...lookOf(competitor)} />
      {at ? (
        <Text size="sm" c="dimmed" className="number">
          <When at={at} as="ago" />
        </Text>
      ) : null}
    </Group>
  );
}

function lookOf(competitor: CompetitorItem): Look {
  const { lastScan, menuSeenAt } = competitor;
  if (isUnreadable(competitor)) return { label: "Can't be read", color: "red", icon: AlertIcon };
  if (lastScan?.status === "failed") return { label: "Couldn't be read", color: "red", icon: AlertIcon };
  if (lastScan?.status === "suspect") return { label: "Needs a second scan", color: "yellow", icon: AlertIcon };
  if (lastScan || menuSeenAt) return { label: "Menu read", color: "teal", icon: CheckIcon };
  return { label: "Not scanned yet", color: "gray", icon: ClockIcon };
}
