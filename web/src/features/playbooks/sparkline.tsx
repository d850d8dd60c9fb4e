/** A row of bars, one per run, newest on the right. */
import { Group, Text } from "@mantine/core";
import { type Bar, barsOf } from "./bars";

const HEIGHT = 36;
const STEP = 12;
const WIDTH = 8;

export function Sparkline(props: { label: string; bars: readonly Bar[]; newest: string }) {
  const drawn = barsOf(props.bars, HEIGHT);
  const width = Math.max(1, drawn.length) * STEP;
  return (
    <div>
      <Group justify="space-between" gap="md" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {props.label}
        </Text>
        <Text size="sm" className="number">
          {props.newest}
        </Text>
      </Group>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={props.label}>
        {drawn.map(({ key, title, height, isBad }, index) => (
          <rect
            key={key}
            x={index * STEP}
            y={HEIGHT - height}
            width={WIDTH}
            height={height}
            rx={1.5}
            fill={isBad ? "var(--mantine-color-red-7)" : "var(--mantine-color-teal-6)"}
          >
            <title>{title}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
}
