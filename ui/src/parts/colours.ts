// The colours a facility may wear, by the words the API knows; far enough apart to be told from each other,
// and dark enough for white beside them.
export const FACILITY_COLOURS: Readonly<Record<string, string>> = {
  teal: "#1f9f8a",
  blue: "#2f6fd0",
  indigo: "#5a56d6",
  grape: "#9a45c4",
  pink: "#c23b80",
  orange: "#c25a12",
  lime: "#5d7f14",
  gray: "#5a6b7a",
};

/** The shade of a facility's colour; a word this version does not know is grey. */
export function shadeOf(colour: string | undefined | null): string {
  return FACILITY_COLOURS[colour ?? ""] ?? "#5a6b7a";
}

export const PRICE_AREAS = {
  SE: ["SE1", "SE2", "SE3", "SE4"],
  NO: ["NO1", "NO2", "NO3", "NO4", "NO5"],
} as const;

export const TIME_ZONES = { SE: "Europe/Stockholm", NO: "Europe/Oslo" } as const;
