// Every shortcut the product has, in one list: the list on screen and the hints beside actions read it.
import type { Key } from "../i18n/text";

export const IS_MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export interface Shortcut {
  keys: readonly string[];
  text: Key;
}

export interface ShortcutGroup {
  title: Key;
  shortcuts: readonly Shortcut[];
}

export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: "shortcuts.everywhere",
    shortcuts: [
      { keys: ["Ctrl", "K"], text: "shortcuts.palette" },
      { keys: ["Ctrl", "Shift", "F"], text: "shortcuts.search" },
      { keys: ["Ctrl", "N"], text: "shortcuts.new" },
      { keys: ["Ctrl", "S"], text: "shortcuts.save" },
      { keys: ["Ctrl", "Shift", "Enter"], text: "shortcuts.saveAndNext" },
      { keys: ["Ctrl", "Z"], text: "shortcuts.undo" },
      { keys: IS_MAC ? ["Ctrl", "Shift", "Z"] : ["Ctrl", "Y"], text: "shortcuts.redo" },
      { keys: ["Alt", "←"], text: "shortcuts.back" },
      { keys: ["Alt", "→"], text: "shortcuts.forward" },
      { keys: ["F5"], text: "shortcuts.refresh" },
      { keys: ["Ctrl", ","], text: "shortcuts.settings" },
      { keys: ["Esc"], text: "shortcuts.close" },
      { keys: ["?"], text: "shortcuts.list" },
    ],
  },
  {
    title: "shortcuts.lists",
    shortcuts: [
      { keys: ["Ctrl", "F"], text: "shortcuts.filter" },
      { keys: ["↓", "J"], text: "shortcuts.nextRow" },
      { keys: ["↑", "K"], text: "shortcuts.previousRow" },
      { keys: ["Home", "End"], text: "shortcuts.ends" },
      { keys: ["Enter"], text: "shortcuts.open" },
      { keys: ["Ctrl", "Enter"], text: "shortcuts.openApart" },
      { keys: ["Space"], text: "shortcuts.select" },
      { keys: ["Shift", "↓"], text: "shortcuts.extend" },
      { keys: ["Ctrl", "A"], text: "shortcuts.selectAll" },
      { keys: ["Ctrl", "C"], text: "shortcuts.copy" },
      { keys: ["Ctrl", "E"], text: "shortcuts.export" },
      { keys: ["Shift", "F10"], text: "shortcuts.rowMenu" },
      { keys: ["↑"], text: "shortcuts.head" },
      { keys: ["Enter"], text: "shortcuts.sort" },
      { keys: ["Shift", "Enter"], text: "shortcuts.sortMore" },
      { keys: ["Ctrl", "←"], text: "shortcuts.moveColumn" },
      { keys: ["Shift", "←"], text: "shortcuts.widen" },
    ],
  },
  {
    title: "shortcuts.till",
    shortcuts: [{ keys: ["Ctrl", "N"], text: "till.take" }],
  },
  {
    title: "shortcuts.refunds",
    shortcuts: [
      { keys: ["A"], text: "refund.approve" },
      { keys: ["R"], text: "refund.reject" },
    ],
  },
  {
    title: "shortcuts.payouts",
    shortcuts: [
      { keys: ["A"], text: "payout.approve" },
      { keys: ["R"], text: "payout.refuse" },
    ],
  },
];
