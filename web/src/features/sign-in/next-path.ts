/** Where to go after signing in: always a path on this site. */
export function nextPath(asked: string | null): string {
  if (!asked?.startsWith("/")) return "/";
  const target = addressOf(asked);
  // A path starting with two slashes names another site; "/.//elsewhere.example" becomes one.
  if (target?.origin !== window.location.origin || target.pathname.startsWith("//")) return "/";
  return `${target.pathname}${target.search}${target.hash}`;
}

function addressOf(path: string): URL | undefined {
  try {
    return new URL(path, window.location.origin);
  } catch {
    return undefined;
  }
}
