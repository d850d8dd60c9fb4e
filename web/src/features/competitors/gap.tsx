import { Text } from "@mantine/core";
import { TrendDownIcon, TrendUpIcon } from "../../ui/icons";
import { gapWords } from "./words";

/** The price difference as an icon and words, red if they undercut us. */
export function Gap({ percent, words = gapWords(percent) }: { percent: number; words?: string }) {
  const isBelow = percent > 0;
  return (
    <Text
      size="sm"
      component="span"
      className="gap-words"
      fw={isBelow ? 600 : undefined}
      c={isBelow ? "var(--mantine-color-error)" : "dimmed"}
    >
      {percent === 0 ? null : isBelow ? <TrendDownIcon size={16} /> : <TrendUpIcon size={16} />}
      <span>{words}</span>
    </Text>
  );
}
