// What is measured in a browser, by `bench/size`: a release build, one after the other, nothing beside it.

import journeys from "./playwright.config.ts";

export default { ...journeys, testDir: "measures", workers: 1, timeout: 600_000, reporter: "list" };
