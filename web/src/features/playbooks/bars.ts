/** Values as the heights of bars. Pure. */

export interface Bar {
  key: string;
  /** What it says on hover. */
  title: string;
  /** None for a run that has no such value: it gets the lowest bar. */
  value: number | undefined;
  isBad: boolean;
}

const LOWEST = 2;

/** The tallest is `height`, and each can be seen. */
export function barsOf(bars: readonly Bar[], height: number): (Bar & { height: number })[] {
  const most = Math.max(0, ...bars.map((bar) => bar.value ?? 0));
  return bars.map((bar) => ({
    ...bar,
    height: most > 0 ? Math.max(LOWEST, Math.round(((bar.value ?? 0) / most) * height)) : LOWEST,
  }));
}
