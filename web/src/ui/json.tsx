/** A value as JSON. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="scrolls" tabIndex={0} aria-label={label}>
      <pre className="json">{JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}
