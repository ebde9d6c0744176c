// The outside stylesheets of the desk, imported before anything of ours so that ours have the last word.
import "@fontsource-variable/inter";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "../theme.css";
