/**
 * Maps instants to a line of length 1. Idle stretches (a wait of two days between steps of 50 ms) are
 * shortened, so that all activity is visible.
 */

export interface Span {
  from: number;
  to: number;
}

export interface Scale {
  at: (instant: number) => number;
  /** The shortened stretches. */
  cuts: Span[];
}

/** The longest idle stretch as a share of all activity. */
const IDLE_SHARE = 0.35;

/** `busy`: active spans. */
export function scaleOf(busy: readonly Span[], from: number, to: number): Scale {
  const end = Math.max(to, from + 1);
  const work = merged(busy, from, end);
  const worked = work.reduce((sum, span) => sum + span.to - span.from, 0);
  const longest = Math.max(worked * IDLE_SHARE, 1);
  const pieces: (Span & { length: number })[] = [];
  const cuts: Span[] = [];
  let cursor = from;
  const idle = (until: number) => {
    if (until <= cursor) return;
    const isCut = worked > 0 && until - cursor > longest;
    if (isCut) cuts.push({ from: cursor, to: until });
    pieces.push({ from: cursor, to: until, length: isCut ? longest : until - cursor });
  };
  for (const span of work) {
    idle(span.from);
    pieces.push({ ...span, length: span.to - span.from });
    cursor = span.to;
  }
  idle(end);
  const whole = pieces.reduce((sum, piece) => sum + piece.length, 0) || 1;
  return { at: (instant) => placed(pieces, instant) / whole, cuts };
}

function placed(pieces: readonly (Span & { length: number })[], instant: number): number {
  let place = 0;
  for (const { from, to, length } of pieces) {
    if (instant >= to) place += length;
    else return instant <= from ? place : place + ((instant - from) / (to - from)) * length;
  }
  return place;
}

/** Sorted, merged and clipped spans. */
function merged(spans: readonly Span[], from: number, to: number): Span[] {
  const found: Span[] = [];
  const within = spans.map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }));
  for (const span of within.filter((one) => one.to > one.from).sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else found.push({ ...span });
  }
  return found;
}
