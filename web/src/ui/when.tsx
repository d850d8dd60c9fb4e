import { useEffect, useState } from "react";
import { useOrg } from "../data/org";
import { ago, dateOf, exactTime, type Instant, shortTime, until } from "../format/time";

const MINUTE = 60_000;

/** A relative or calendar time in the org's zone, with the exact time on hover. */
export function When({ at, as }: { at: Instant; as: "ago" | "until" | "calendar" }) {
  const { zone } = useOrg();
  useMinutes(as !== "calendar");
  // Placeholder for missing times.
  if (dateOf(at).getTime() === 0) return <>unknown time</>;
  const words = as === "ago" ? ago(at) : as === "until" ? until(at) : shortTime(at, zone);
  return (
    <time dateTime={dateOf(at).toISOString()} title={exactTime(at, zone)}>
      {words}
    </time>
  );
}

function useMinutes(isMoving: boolean): void {
  const [, setMinute] = useState(0);
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => setMinute((minute) => minute + 1), MINUTE);
    return () => clearInterval(timer);
  }, [isMoving]);
}
