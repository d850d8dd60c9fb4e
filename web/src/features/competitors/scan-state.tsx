import { Badge, Group, Text } from "@mantine/core";
import type { CompetitorItem } from "../../data/types/api";
import { AlertIcon, CheckIcon, ClockIcon } from "../../ui/icons";
import { When } from "../../ui/when";

/** What came of the last scan: an icon, a word and when. */
export function ScanState({ competitor }: { competitor: CompetitorItem }) {
  const at = competitor.lastScan?.at ?? competitor.menuSeenAt;
  const [label, color, Icon] = lookOf(competitor);
  return (
    <Group gap="xs" wrap="nowrap">
      <Badge
        className="status"
        variant="light"
        color={color}
        radius="sm"
        tt="none"
        fw={600}
        leftSection={<Icon size={12} />}
      >
        {label}
      </Badge>
      {at ? (
        <Text size="sm" c="dimmed" className="number">
          <When at={at} as="ago" />
        </Text>
      ) : null}
    </Group>
  );
}

function lookOf({ lastScan, menuSeenAt }: CompetitorItem) {
  if (lastScan?.status === "failed") return ["Couldn't be read", "red", AlertIcon] as const;
  if (lastScan || menuSeenAt) return ["Menu read", "teal", CheckIcon] as const;
  return ["Not scanned yet", "gray", ClockIcon] as const;
}
