/** Colors and typography. Contrasts meet WCAG 2.2 AA (4.5 for text), as measured by the browser tests. */
import { type CSSVariablesResolver, createTheme } from "@mantine/core";

const TINTS = ["teal", "red", "blue", "violet", "orange", "yellow", "gray"] as const;

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 9, dark: 9 },
  autoContrast: true,
  respectReducedMotion: true,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  components: {
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    // Only a page has a banner.
    ModalHeader: { defaultProps: { component: "div" } },
    DrawerHeader: { defaultProps: { component: "div" } },
    Notification: {
      defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } },
      styles: { description: { color: "var(--mantine-color-dimmed)" } },
    },
  },
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.5rem", lineHeight: "1.3" } } },
});

/** Replaces Mantine's defaults, whose text contrasts are too low (2.7 to 4.3 on tints, 3.7 dimmed). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...calmTints(),
    "--mantine-color-anchor": "var(--mantine-color-teal-9)",
    "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
    "--mantine-color-placeholder": "var(--mantine-color-gray-6)",
    "--mantine-color-error": "var(--mantine-color-red-9)",
    ...darkerHovers(),
  },
  dark: {
    ...darkerHovers(),
    "--mantine-color-placeholder": "color-mix(in srgb, var(--mantine-color-dark-1) 60%, var(--mantine-color-dark-2))",
    "--mantine-color-anchor": "var(--mantine-color-teal-4)",
    "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
    "--mantine-color-error": "var(--mantine-color-red-4)",
  },
});

/** Mantine lightens a button under the pointer, where its white words no longer have enough contrast. */
function darkerHovers(): Record<string, string> {
  return Object.fromEntries(
    ["teal", "red"].map((color) => [
      `--mantine-color-${color}-filled-hover`,
      `color-mix(in srgb, var(--mantine-color-${color}-9), black 12%)`,
    ]),
  );
}

function calmTints(): Record<string, string> {
  return Object.fromEntries(
    TINTS.flatMap((tint) => {
      const strong = `var(--mantine-color-${tint}-9)`;
      const black = tint === "yellow" || tint === "orange" ? 45 : 25;
      return [
        [`--mantine-color-${tint}-light`, `color-mix(in srgb, ${strong} 9%, white)`],
        [`--mantine-color-${tint}-light-hover`, `color-mix(in srgb, ${strong} 14%, white)`],
        [`--mantine-color-${tint}-light-color`, `color-mix(in srgb, ${strong}, black ${black}%)`],
      ];
    }),
  );
}
