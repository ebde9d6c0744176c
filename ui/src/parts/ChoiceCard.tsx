import { Radio } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import classes from "./ChoiceCard.module.css";

/** One of few answers to a question that matters, with what it means. Stands in a `Radio.Group`. */
export function ChoiceCard({
  value,
  icon: Icon,
  name,
  words,
}: {
  value: string;
  icon: TablerIcon;
  name: string;
  words: string;
}) {
  return (
    <Radio.Card value={value} className={classes.card}>
      <Icon size={26} stroke={1.6} aria-hidden="true" />
      <span>
        <span className={classes.name}>{name}</span>
        <span className={classes.words}>{words}</span>
      </span>
      <Radio.Indicator />
    </Radio.Card>
  );
}
