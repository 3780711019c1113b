import { defineConfig } from "@playwright/test";

// Two workers: each journey has its own server and data folder, and most of the time waits for one of them.
// No retries: a journey that fails once is broken.
export default defineConfig({
  testDir: "journeys",
  outputDir: "test-results",
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  // `cargo xtask` names the file of the JSON report by environment and counts from it.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["list"], ["json"]] : [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // A page that is told of changes all the time needs the machine for itself: its question is asked between two of them.
  projects: [
    { name: "desktop", testIgnore: /running-run/ },
    { name: "alone", testMatch: /running-run/, dependencies: ["desktop"] },
  ],
});
