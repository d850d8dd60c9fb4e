/** Valid secret names; the API enforces them. */
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
export const SHORTEST_VALUE = 8;

/** Converts input to a name: `shop api-key` is `SHOP_API_KEY`. */
export const asName = (typed: string): string =>
  typed
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, "_");

export const isName = (name: string): boolean => NAME.test(name);

/** The placeholder for playbooks. */
export const inPlaybook = (name: string): string => `{{secrets.${name}}}`;
