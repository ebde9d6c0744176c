import { LOCALES, useText } from "../i18n/text";

/** `2026-11` in words: "november 2026". */
export function useMonthName(): (month: string) => string {
  const { language } = useText();
  const words = new Intl.DateTimeFormat(LOCALES[language], {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return (month) => words.format(new Date(`${month}-01T00:00:00Z`));
}
