/** Line icons on a 24 by 24 grid. Decorative: always next to a word or with a label. */
import type { ComponentType } from "react";

export type Icon = ComponentType<{ size?: number }>;

function icon(...lines: string[]): Icon {
  return ({ size = 18 }) => (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {lines.map((line) => (
        <path key={line} d={line} />
      ))}
    </svg>
  );
}

const CIRCLE = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18";

export const HomeIcon = icon("M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z");
export const PlaybookIcon = icon("M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3z", "M9 9h6", "M9 13h6");
export const HistoryIcon = icon("M4 12a8 8 0 1 0 2.5-5.8L4 8.5", "M4 4v4.5h4.5", "M12 8v4.5l3 2");
export const BellIcon = icon("M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15z", "M10 21h4");
export const CheckListIcon = icon("M4 6.5l1.5 1.5L8 5.5", "M4 16.5L5.5 18 8 15.5", "M12 7h8", "M12 17h8");
export const StoreIcon = icon(
  "M4 9l1.5-5h13L20 9",
  "M4 9a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0A2.7 2.7 0 0 0 20 9",
  "M5.5 12v8h13v-8",
  "M10 20v-5h4v5",
);
export const GaugeIcon = icon("M4 17a9 9 0 1 1 16 0", "M12 15l4-6");
export const SettingsIcon = icon("M4 7h9", "M17 7h3", "M15 5v4", "M4 17h3", "M11 17h9", "M9 15v4");
export const ChatIcon = icon("M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-4.5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z");
export const SunIcon = icon(
  "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
  "M12 3v1.5",
  "M12 19.5V21",
  "M3 12h1.5",
  "M19.5 12H21",
  "M5.6 5.6l1.1 1.1",
  "M17.3 17.3l1.1 1.1",
  "M5.6 18.4l1.1-1.1",
  "M17.3 6.7l1.1-1.1",
);
export const MoonIcon = icon("M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z");
export const CheckIcon = icon("M5 12.5l4.5 4.5L19 7.5");
export const CrossIcon = icon("M6 6l12 12", "M18 6L6 18");
export const AlertIcon = icon("M12 4l9 16H3z", "M12 10v4", "M12 17v.1");
export const InfoIcon = icon(CIRCLE, "M12 11v5", "M12 8v.1");
export const ClockIcon = icon(CIRCLE, "M12 7.5V12l3 2");
export const PauseIcon = icon("M8 5v14", "M16 5v14");
export const PlayIcon = icon("M7 4.5v15l12-7.5z");
export const SpinnerIcon = icon("M12 3a9 9 0 1 0 9 9");
export const RetryIcon = icon("M20 12a8 8 0 1 1-2.5-5.8L20 8.5", "M20 4v4.5h-4.5");
export const BanIcon = icon(CIRCLE, "M5.8 5.8l12.4 12.4");
export const SkipIcon = icon("M5 5l9 7-9 7z", "M18 5v14");
export const EyeIcon = icon(
  "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z",
  "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
);
export const CopyIcon = icon("M9 9h10v11H9z", "M15 9V5H5v11h4");
export const TrashIcon = icon("M5 7h14", "M10 7V4h4v3", "M7 7l1 13h8l1-13");
export const PlusIcon = icon("M12 5v14", "M5 12h14");
export const EditIcon = icon("M5 19l1-4L16 5l3 3L9 18z");
export const SearchIcon = icon("M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12", "M15.5 15.5L20 20");
export const ExternalIcon = icon("M13 5h6v6", "M19 5l-8 8", "M16 14v5H5V8h5");
export const ChevronRightIcon = icon("M9 6l6 6-6 6");
export const ChevronDownIcon = icon("M6 9l6 6 6-6");
export const BackIcon = icon("M19 12H5", "M11 6l-6 6 6 6");
export const SendIcon = icon("M4 12l16-8-6 16-3-7z");
export const MoneyIcon = icon(
  CIRCLE,
  "M14.5 9c-.5-1-1.500-1.500-2.500-1.500-1.500 0-2.500.8-2.500 2 0 2.800 5 1.600 5 4.500 0 1.200-1 2-2.500 2-1.200 0-2.200-.6-2.600-1.600",
  "M12 6v12",
);
export const TrendDownIcon = icon("M4 7l6 6 4-4 6 7", "M20 11v5h-5");
export const TrendUpIcon = icon("M4 17l6-6 4 4 6-7", "M20 13V8h-5");
