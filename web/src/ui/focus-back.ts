import { useEffect, useState } from "react";

/** Returns the focus to where it was when a dialog that is mounted open goes away; Mantine does so only for others. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
