/** Where to go after signing in: a path of this site, never another one's address. */
export function nextPath(asked: string | null): string {
  if (!asked?.startsWith("/")) return "/";
  const target = new URL(asked, window.location.origin);
  return target.origin === window.location.origin ? `${target.pathname}${target.search}${target.hash}` : "/";
}
