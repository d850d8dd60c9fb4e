import { ActionIcon, Paper, Text } from "@mantine/core";
import { Link } from "react-router";
import { useOrg } from "../../data/org";
import type { CompetitorItem } from "../../data/types/api";
import { counted } from "../../format/money";
import { plain } from "../../format/words";
import { TrashIcon } from "../../ui/icons";
import "./competitors.css";
import { Gap } from "./gap";
import { ScanState } from "./scan-state";
import { doubtWords, failureWords, isUnreadable, shortAddress, undercutWords, unreadableWords, wasRead } from "./words";

interface Rows {
  competitors: readonly CompetitorItem[];
  /** Absent for users who can't remove competitors. */
  onRemove?: (competitor: CompetitorItem) => void;
}

export function CompetitorList({ competitors, onRemove }: Rows) {
  return (
    <Paper withBorder className="rows" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
      {competitors.map((competitor) => (
        <CompetitorRow key={competitor.id} competitor={competitor} onRemove={onRemove} />
      ))}
    </Paper>
  );
}

function CompetitorRow(props: { competitor: CompetitorItem; onRemove: Rows["onRemove"] | undefined }) {
  const { competitor, onRemove } = props;
  const { zone } = useOrg();
  const { lastScan, comparison, menuUrl } = competitor;
  const name = plain(competitor.name);
  const { unreadable } = competitor;
  const failure = unreadable && isUnreadable(competitor) ? unreadableWords(unreadable, zone) : undefined;
  const problem = lastScan?.status === "failed" ? (failure ?? failureWords(lastScan, zone)) : doubtWords(lastScan);
  return (
    <li className="row competitor-row">
      <div className="competitor-name">
        <Link className="row-link" to={`/competitors/${encodeURIComponent(competitor.id)}`}>
          {name}
        </Link>
        <Text size="sm" c="dimmed" truncate>
          {menuUrl ? shortAddress(menuUrl) : "No menu address"}
        </Text>
      </div>
      <div className="competitor-scan">
        <ScanState competitor={competitor} />
        {problem ? (
          <Text size="sm" c="dimmed" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
            {problem}
          </Text>
        ) : null}
      </div>
      <div className="competitor-gap">
        {comparison ? <Gap percent={comparison.biggest?.percent ?? 0} words={undercutWords(comparison)} /> : null}
        {wasRead(competitor) ? (
          <Text size="sm" c="dimmed">
            {counted(competitor.products ?? 0, "product")}
            {comparison ? `, ${comparison.matched} also yours` : null}
          </Text>
        ) : null}
      </div>
      {onRemove ? (
        <ActionIcon
          className="row-action"
          variant="subtle"
          color="gray"
          aria-label={`Stop tracking ${name}`}
          onClick={() => onRemove(competitor)}
        >
          <TrashIcon size={16} />
        </ActionIcon>
      ) : null}
    </li>
  );
}
