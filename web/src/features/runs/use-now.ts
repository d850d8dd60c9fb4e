import { useEffect, useState } from "react";

/** The current time in ms, updated several times a second while `isMoving`; at least `atLeast`, as clocks differ. */
export function useNow(isMoving: boolean, atLeast: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isMoving) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isMoving]);
  return Math.max(now, atLeast);
}
