import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of the time is spent waiting for worlds to move: with one worker a core the cores are idle nearly half of it.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // For the count that .ci/run ends with.
    ...(process.env.CI ? { reporters: ["default", "json"], outputFile: { json: ".ci/result.json" } } : {}),
  },
});
