import type { ReactNode } from "react";
import { useText } from "../../i18n/text";
import classes from "./Bars.module.css";
import { type Bar, boxesOf, HEIGHT } from "./bars";

/** Bars side by side with what they add up to in words; behind them the same as a table. */
export function Bars({
  label,
  bars,
  most,
  begins,
  ends,
  unsure,
  missing,
  children,
}: {
  /** What is seen, in one sentence: it stands for the picture where that is not seen. */
  label: string;
  bars: readonly Bar[];
  /** The highest value, as it is written beside it. */
  most: (value: number) => string;
  begins: string;
  ends: string;
  /** What bars that are not sure are; needed where there may be any. */
  unsure?: string;
  /** What places without a bar are. */
  missing?: string;
  /** The table. */
  children: ReactNode;
}) {
  const { t } = useText();
  const { boxes, zero, most: highest } = boxesOf(bars);
  const has = (of: (bar: Bar) => boolean) => bars.some(of);
  const classOf = (bar: Bar) =>
    bar.value === undefined ? classes.gap : bar.sure ? classes.sure : classes.unsure;
  return (
    <figure className={classes.chart}>
      {highest > 0 && (
        <span className={classes.most} aria-hidden="true">
          {t("chart.most", { value: most(highest) })}
        </span>
      )}
      <div className={classes.plot}>
        <svg
          viewBox={`0 0 ${Math.max(bars.length, 1)} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
        >
          <line x1={0} x2={bars.length} y1={zero} y2={zero} className={classes.zero} />
          {bars.map((bar, place) => (
            <rect key={bar.key} className={classOf(bar)} {...boxes[place]}>
              <title>{bar.title}</title>
            </rect>
          ))}
        </svg>
      </div>
      <div className={classes.axis} aria-hidden="true">
        <span>{begins}</span>
        <span>{ends}</span>
      </div>
      <figcaption className={classes.legend}>
        {unsure && has(({ sure, value }) => !sure && value !== undefined) && (
          <span>
            <Swatch of={classes.unsure} /> {unsure}
          </span>
        )}
        {missing && has(({ value }) => value === undefined) && (
          <span>
            <Swatch of={classes.gap} /> {missing}
          </span>
        )}
      </figcaption>
      <details className={classes.behind}>
        <summary>{t("chart.asTable")}</summary>
        {children}
      </details>
    </figure>
  );
}

function Swatch({ of }: { of: string | undefined }) {
  return (
    <svg width={14} height={14} aria-hidden="true">
      <rect className={of} x={1} y={1} width={12} height={12} />
    </svg>
  );
}
