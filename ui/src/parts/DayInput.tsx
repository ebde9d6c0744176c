import "@mantine/dates/styles.css";
import "dayjs/locale/en-gb";
import "dayjs/locale/nb";
import "dayjs/locale/sv";
import { DateInput, type DateInputProps, DatesProvider } from "@mantine/dates";
import { useText } from "../i18n/text";
import { typedDay } from "./typedDay";

/** A day, typed or picked, as the language writes it; weeks begin on Monday and have their numbers. */
export function DayInput(props: DateInputProps) {
  const { language, format } = useText();
  const locale = language === "en" ? "en-gb" : language;
  return (
    <DatesProvider settings={{ locale, firstDayOfWeek: 1, weekendDays: [0, 6] }}>
      <DateInput
        valueFormat={format.datePattern}
        // What browsers make of a text by themselves takes the first number for the month.
        dateParser={(text) => typedDay(text, locale)}
        withWeekNumbers
        {...props}
      />
    </DatesProvider>
  );
}
