import "@mantine/dates/styles.css";
import "dayjs/locale/en-gb";
import "dayjs/locale/nb";
import "dayjs/locale/sv";
import { DateInput, type DateInputProps, DatesProvider } from "@mantine/dates";
import { useText } from "../i18n/text";

/** A day, typed or picked, as the language writes it; weeks begin on Monday and have their numbers. */
export function DayInput(props: DateInputProps) {
  const { language, format } = useText();
  return (
    <DatesProvider
      settings={{ locale: language === "en" ? "en-gb" : language, firstDayOfWeek: 1, weekendDays: [0, 6] }}
    >
      <DateInput valueFormat={format.datePattern} withWeekNumbers {...props} />
    </DatesProvider>
  );
}
