/** Upcoming runs of the org's own schedules and the plan's. Pure. */
import { NEXT_RUNS } from "../../data/queries/home";
import type { PlaybookSummary, ScheduleRecord } from "../../data/types/documents";

type Plans = Pick<PlaybookSummary, "playbookId" | "name" | "nextRuns">;

export interface Due {
  playbookId: string;
  at: Date;
  /** Absent while its summary is loading. */
  name?: string;
}

/** Soonest first, limited to what Home shows. */
export function mergedRuns(own: readonly ScheduleRecord[], plans: readonly Plans[], now: Date): Due[] {
  const due: Due[] = [];
  for (const { playbookId, nextRunAt } of own) if (nextRunAt) due.push({ playbookId, at: nextRunAt.toDate() });
  for (const { playbookId, name, nextRuns } of plans) {
    const at = nextRuns.map((run) => run.toDate()).find((run) => run > now);
    if (at && !due.some((one) => one.playbookId === playbookId)) due.push({ playbookId, name, at });
  }
  return due.sort((one, other) => one.at.getTime() - other.at.getTime()).slice(0, NEXT_RUNS);
}
