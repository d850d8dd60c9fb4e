/** Bar heights. Pure. */

export interface Bar {
  key: string;
  /** Hover text. */
  title: string;
  /** Absent without a value: the lowest bar. */
  value: number | undefined;
  isBad: boolean;
}

const LOWEST = 2;

/** The tallest is `height`; all are visible. */
export function barsOf(bars: readonly Bar[], height: number): (Bar & { height: number })[] {
  const most = Math.max(0, ...bars.map((bar) => bar.value ?? 0));
  return bars.map((bar) => ({
    ...bar,
    height: most > 0 ? Math.max(LOWEST, Math.round(((bar.value ?? 0) / most) * height)) : LOWEST,
  }));
}
