import classes from "./Mark.module.css";

/** The product's own mark: a post whose bow is a plug's, with the current inside. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="15" fill="#12907d" />
      <path
        d="M23 51V22a9 9 0 0 1 18 0v29"
        fill="none"
        stroke="#fff"
        strokeWidth="5.5"
        strokeLinecap="round"
      />
      <path d="M18 51.5h28" stroke="#fff" strokeWidth="5.5" strokeLinecap="round" />
      <path d="M34.6 21.5l-6.2 9.2h5l-2.2 8 7-10h-5.2z" fill="#d6fff5" />
    </svg>
  );
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
