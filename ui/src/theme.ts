// The look of the product: one teal, quiet greys, a dark rail; the same in light and dark.
// The components are named, not imported: their `extend` adds nothing, and a page would fetch those it never shows.
import {
  type ActionIconProps,
  type ButtonProps,
  type CheckboxProps,
  type CSSVariablesResolver,
  createTheme,
  type DrawerProps,
  type InputProps,
  type MantineColorsTuple,
  type MenuProps,
  type ModalProps,
  type SwitchProps,
  type TooltipProps,
} from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e8f6f3",
  "#d2ece7",
  "#a4d9cf",
  "#71c4b5",
  "#45b09e",
  "#1f9f8a",
  "#0f8272",
  "#0b6e60",
  "#085a4f",
  "#04463d",
];

const slate: MantineColorsTuple = [
  "#e6ebf0",
  "#c3ccd6",
  "#9dabb9",
  "#8493a3",
  "#5b6a7a",
  "#33414f",
  "#243140",
  "#18222e",
  "#121a24",
  "#0c131b",
];

/** What a dialog was about is gone when it closes, and an empty one is nothing to look at. */
const GONE_AT_ONCE = 0;

const DIALOG_TITLE = { fontSize: "1.0625rem", fontWeight: 650, lineHeight: 1.35 };

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, dark: slate },
  fontFamily: "'Inter Variable', system-ui, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, monospace",
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  fontSizes: { xs: "0.75rem", sm: "0.84375rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    Button: {
      defaultProps: { size: "sm" } satisfies Partial<ButtonProps>,
      styles: { label: { fontWeight: 600 } },
    },
    ActionIcon: {
      defaultProps: { variant: "subtle", color: "gray", size: 32 } satisfies Partial<ActionIconProps>,
    },
    // A title in the colour of its notice is too pale to be read on it.
    Alert: { styles: { title: { color: "var(--mantine-color-text)" } } },
    Input: { defaultProps: { size: "sm" } satisfies Partial<InputProps> },
    Checkbox: { defaultProps: { size: "sm" } satisfies Partial<CheckboxProps> },
    Switch: { defaultProps: { size: "sm" } satisfies Partial<SwitchProps> },
    Table: { vars: () => ({ table: { "--table-border-color": "var(--line)" } }) },
    Tooltip: {
      defaultProps: {
        openDelay: 350,
        withArrow: true,
        multiline: true,
        maw: 320,
      } satisfies Partial<TooltipProps>,
    },
    Menu: {
      defaultProps: {
        shadow: "md",
        position: "bottom-end",
        // Inside the page, for what hangs outside of it belongs to no part of it.
        withinPortal: false,
        // A menu holds nothing but its items, also for those who hear it.
        withInitialFocusPlaceholder: false,
      } satisfies Partial<MenuProps>,
      // In a low window, or a large one that is magnified, what does not fit is scrolled to.
      styles: { dropdown: { maxHeight: "calc(100dvh - 5rem)", overflowY: "auto" } },
    },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { transition: "pop", duration: 200, exitDuration: GONE_AT_ONCE },
        // Its header is the dialog's, not the page's.
        attributes: { header: { role: "none" } },
      } satisfies Partial<ModalProps>,
      styles: { title: DIALOG_TITLE },
    },
    Drawer: {
      defaultProps: {
        position: "right",
        overlayProps: { backgroundOpacity: 0.35 },
        transitionProps: { exitDuration: GONE_AT_ONCE },
        attributes: { header: { role: "none" } },
      } satisfies Partial<DrawerProps>,
      styles: { title: DIALOG_TITLE },
    },
  },
});

/** Our own tokens beside Mantine's; every stylesheet uses these and no colour of its own. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--rail": "#0f1f1c",
    "--rail-raised": "#1a312c",
    "--rail-active": "#20403a",
    "--rail-ink": "#e3efec",
    "--rail-ink-soft": "#9dbcb4",
    "--rail-accent": "#2fbfa7",
    "--training": "#d92d20",
  },
  light: {
    "--ground": "#f5f7f9",
    "--surface": "#ffffff",
    "--surface-sunk": "#f0f3f6",
    "--line": "#e0e6ec",
    "--line-strong": "#c6d0da",
    "--ink": "#14202b",
    "--ink-soft": "#536170",
    "--accent": "#0b6e60",
    "--accent-soft": "#e0f2ee",
    "--accent-line": "#1f9f8a",
    "--good": "#16703a",
    "--good-soft": "#e3f5e9",
    "--warn": "#8f4a00",
    "--warn-soft": "#fdf0dd",
    "--bad": "#b3231a",
    "--bad-soft": "#fdeae8",
    "--calm": "#1d5bae",
    "--calm-soft": "#e6f0fc",
    "--mute-soft": "#ebeff3",
    "--mantine-color-dimmed": "#536170",
    "--mantine-color-placeholder": "#68778a",
    "--mantine-color-error": "#b3231a",
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#14202b",
    "--mantine-color-default-border": "#c6d0da",
  },
  dark: {
    "--rail": "#0b1513",
    "--ground": "#0f161d",
    "--surface": "#161f29",
    "--surface-sunk": "#111922",
    "--line": "#283542",
    "--line-strong": "#3d4c5b",
    "--ink": "#e9eef3",
    "--ink-soft": "#a5b2c0",
    "--accent": "#4fc7b2",
    "--accent-soft": "#143a35",
    "--accent-line": "#2fbfa7",
    "--good": "#7ad69a",
    "--good-soft": "#123322",
    "--warn": "#f5b961",
    "--warn-soft": "#38270f",
    "--bad": "#ff9d94",
    "--bad-soft": "#3d1a18",
    "--calm": "#8fbdf7",
    "--calm-soft": "#152c47",
    "--mute-soft": "#222d39",
    "--mantine-color-dimmed": "#a5b2c0",
    "--mantine-color-placeholder": "#a0adbb",
    "--mantine-color-error": "#ff9d94",
    "--mantine-color-body": "#161f29",
    "--mantine-color-text": "#e9eef3",
    "--mantine-color-default-border": "#3d4c5b",
    "--mantine-color-anchor": "#4fc7b2",
  },
});
