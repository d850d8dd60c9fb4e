/** A run's steps on a timeline: a tree with keyboard navigation. */
import { Group, Text } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { duration } from "../../format/time";
import { entryOf, label } from "../../format/words";
import {
  BanIcon,
  CheckIcon,
  ChevronDownIcon,
  ChevronRightIcon,
  ClockIcon,
  CrossIcon,
  type Icon,
  RetryIcon,
  SkipIcon,
  SpinnerIcon,
} from "../../ui/icons";
import { actionTitle } from "../playbooks/flow";
import type { Waterfall as Layout, Row, RowStatus } from "./waterfall-layout";
import "./waterfall.css";

const LOOKS: Record<RowStatus, { icon: Icon; word: string }> = {
  completed: { icon: CheckIcon, word: "completed" },
  failed: { icon: CrossIcon, word: "failed" },
  skipped: { icon: SkipIcon, word: "skipped" },
  running: { icon: SpinnerIcon, word: "running" },
  waiting: { icon: ClockIcon, word: "waiting" },
  retrying: { icon: RetryIcon, word: "failed, will be retried" },
  pending: { icon: ClockIcon, word: "not started" },
  canceled: { icon: BanIcon, word: "canceled" },
};

/** Steps with more nested steps than this start collapsed. */
const MOST_OPEN = 12;

/** The selected step's path; empty for the whole run. */
export const WHOLE_RUN = "";

interface Props {
  layout: Layout;
  selected: string;
  onSelect: (path: string) => void;
}

export function Waterfall({ layout, selected, onSelect }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const tree = useRef<HTMLDivElement>(null);
  const isOpen = (row: Row) => (row.inside <= MOST_OPEN || isAbove(row.path, selected)) !== toggled.has(row.path);
  const shown = layout.rows.filter((row) =>
    layout.rows.every((other) => !isAbove(other.path, row.path) || isOpen(other)),
  );
  const toggle = (path: string) =>
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  useEffect(() => {
    if (tree.current?.contains(document.activeElement))
      document.getElementById(idOf(selected))?.scrollIntoView({ block: "nearest" });
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent) => {
    const paths = [WHOLE_RUN, ...shown.map((row) => row.path)];
    const place = paths.indexOf(selected);
    const row = shown.find((one) => one.path === selected);
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: paths.length - 1 }[event.key];
    if (to !== undefined) onSelect(paths[Math.min(Math.max(to, 0), paths.length - 1)] ?? WHOLE_RUN);
    else if (event.key === "ArrowRight" && row?.inside && !isOpen(row)) toggle(row.path);
    else if (event.key === "ArrowLeft" && row?.inside && isOpen(row)) toggle(row.path);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={tree}
      className="waterfall"
      role="tree"
      aria-label="Steps"
      tabIndex={0}
      aria-activedescendant={idOf(selected)}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree's. */}
      <div
        role="treeitem"
        tabIndex={-1}
        id={idOf(WHOLE_RUN)}
        className="wf-row wf-whole"
        aria-level={1}
        aria-selected={selected === WHOLE_RUN}
        onClick={() => onSelect(WHOLE_RUN)}
      >
        <Text size="sm" fw={600}>
          Whole run
        </Text>
        <Text size="xs" c="dimmed" className="number wf-length">
          {duration(layout.to - layout.from)}
        </Text>
      </div>
      {shown.map((row) => (
        <StepRow
          key={row.path}
          row={row}
          cuts={layout.cuts}
          isSelected={selected === row.path}
          isOpen={isOpen(row)}
          onSelect={() => onSelect(row.path)}
          onToggle={() => toggle(row.path)}
        />
      ))}
    </div>
  );
}

const isAbove = (outer: string, path: string) => path.startsWith(`${outer}/`);
const idOf = (path: string) => `step:${path}`;

interface StepRowProps {
  row: Row;
  cuts: Layout["cuts"];
  isSelected: boolean;
  isOpen: boolean;
  onSelect: () => void;
  onToggle: () => void;
}

function StepRow({ row, cuts, isSelected, isOpen, onSelect, onToggle }: StepRowProps) {
  const { icon: StatusIcon, word } = entryOf(LOOKS, row.status) ?? LOOKS.pending;
  const length = row.durationMs === undefined ? "" : duration(row.durationMs);
  const Chevron = isOpen ? ChevronDownIcon : ChevronRightIcon;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree's.
    <div
      role="treeitem"
      tabIndex={-1}
      id={idOf(row.path)}
      className="wf-row"
      data-status={row.status}
      aria-level={row.depth + 1}
      aria-selected={isSelected}
      aria-expanded={row.inside ? isOpen : undefined}
      aria-label={[label(row.name), row.block && blockName(row.block), word, length].filter(Boolean).join(", ")}
      onClick={onSelect}
    >
      <Group gap={6} wrap="nowrap" className="wf-name" pl={row.depth * 18}>
        <span className="wf-icon">
          <StatusIcon size={14} />
        </span>
        <span className="wf-words">
          <Text size="sm" fw={500} truncate component="span">
            {label(row.name)}
          </Text>
          <Text size="xs" c="dimmed" truncate component="span">
            {[row.block && blockName(row.block), row.action === row.name ? "" : actionTitle(row.action)]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </span>
        {row.inside ? (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the tree's arrow keys do it.
          <span
            className="wf-toggle"
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            <Chevron size={14} />
          </span>
        ) : null}
      </Group>
      <div className="wf-track" aria-hidden="true">
        {cuts.map((cut) => (
          <span key={cut.left} className="wf-cut" style={place(cut)} title={`${duration(cut.length)}, drawn short`} />
        ))}
        {row.bars.map((bar) => (
          <span
            key={`${bar.kind}${bar.left}`}
            className="wf-bar"
            data-kind={bar.kind}
            style={place(bar)}
            title={`${BAR_WORDS[bar.kind]} ${duration(bar.length)}`}
          />
        ))}
      </div>
      <Text size="xs" c="dimmed" className="number wf-length">
        {length}
      </Text>
    </div>
  );
}

const BAR_WORDS = {
  work: "Worked",
  running: "Working for",
  failed: "Failed after",
  wait: "Waited",
  ladder: "Waiting for the next attempt:",
} as const;

/** "Item 3" of a loop, or the branch's name. */
const blockName = (block: string) => (/^\d+$/.test(block) ? `Item ${Number(block) + 1}` : label(block));

/** Bars are at least 3 pixels wide, even at the end. */
const place = ({ left, width }: { left: number; width: number }) => ({
  left: `min(${(left * 100).toFixed(3)}%, 100% - 3px)`,
  width: `${(width * 100).toFixed(3)}%`,
});
