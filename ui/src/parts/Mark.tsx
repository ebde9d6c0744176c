import mark from "../assets/mark.svg";
import classes from "./Mark.module.css";

/** The product's own mark: a post whose bow is a plug's, with the current inside. The program's icons come from it, too. */
export function Mark({ size = 28 }: { size?: number }) {
  return <img src={mark} width={size} height={size} alt="" />;
}

/** Mark and name side by side. */
export function NameMark({ size = 28 }: { size?: number }) {
  return (
    <span className={classes.name} style={{ fontSize: size * 0.62 }}>
      <Mark size={size} />
      Stolpe
    </span>
  );
}
