import { defineConfig } from "@playwright/test";

// Journeys against the real host, each on a data folder of its own. Debian's browser is used where there is one.
export default defineConfig({
  testDir: "e2e",
  timeout: 90_000,
  expect: { timeout: 10_000 },
  workers: 1,
  reporter: [["list"]],
  use: {
    locale: "sv-SE",
    timezoneId: "Europe/Stockholm",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      ...(process.env.STOLPE_CHROMIUM === "bundled" ? {} : { executablePath: "/usr/bin/chromium" }),
      args: ["--no-sandbox"],
    },
  },
});
