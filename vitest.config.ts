import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of the time is spent waiting for worlds to move; one worker a core keeps a machine of two cores busy.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For the count that .ci/run ends with.
    ...(process.env.CI ? { reporters: ["default", "json"], outputFile: { json: ".ci/result.json" } } : {}),
  },
});
