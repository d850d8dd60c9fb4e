/** Time zones by place. */

const US = [
  "America/New_York",
  "America/Chicago",
  "America/Denver",
  "America/Phoenix",
  "America/Los_Angeles",
  "America/Anchorage",
  "Pacific/Honolulu",
];

/** "America/New_York" as "New York". */
export const zoneName = (zone: string) => zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");

/** "New York (GMT-5)", with the current offset. */
export function zoneLabel(zone: string, at = new Date()): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(at);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  const region = zone.includes("/") ? `${zone.slice(0, zone.indexOf("/"))}: ` : "";
  return `${US.includes(zone) ? "" : region}${zoneName(zone)} (${offset})`;
}

export interface ZoneGroup {
  group: string;
  items: { value: string; label: string }[];
}

/** All zones known to the browser, US zones first; always includes `current`. */
export function zoneGroups(current: string): ZoneGroup[] {
  const others = Intl.supportedValuesOf("timeZone").filter((zone) => !US.includes(zone));
  if (!US.includes(current) && !others.includes(current)) others.unshift(current);
  const item = (zone: string) => ({ value: zone, label: zoneLabel(zone) });
  return [
    { group: "United States", items: US.map(item) },
    { group: "All others", items: others.map(item) },
  ];
}
