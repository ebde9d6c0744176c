/** Keys of a shortcut, as drawn on the keyboard. */
export function Keys({ keys, mac }: { keys: readonly string[]; mac: boolean }) {
  const names = mac ? { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" } : {};
  return (
    <span style={{ display: "inline-flex", gap: 3, whiteSpace: "nowrap" }}>
      {keys.map((key) => (
        <kbd key={key}>{(names as Record<string, string>)[key] ?? key}</kbd>
      ))}
    </span>
  );
}
