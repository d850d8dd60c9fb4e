/** What a secret may be called; the API refuses the rest. */
const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
export const SHORTEST_VALUE = 8;

/** What somebody types, as a name: `shop api-key` is `SHOP_API_KEY`. */
export const asName = (typed: string): string =>
  typed
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, "_");

export const isName = (name: string): boolean => NAME.test(name);

/** How a playbook names it. */
export const inPlaybook = (name: string): string => `{{secrets.${name}}}`;
