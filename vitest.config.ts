import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { compiledSources, compileSources } from "./test/support/compiled-sources.ts";

/** Tests of values alone: none of them changes what another one sees, so they share a process. */
const UNITS = [
  "test/{actions,cli,domain,engine,runbook}/**/*.test.ts",
  "test/app/execution/*.test.ts",
  "test/ui/{render,text}/*.test.ts",
  "test/ui/first-rows.test.ts",
  "test/config/parse.test.ts",
  "test/mutants/*.test.ts",
  "test/journal/{chain,mutated-journals}.test.ts",
  "test/support/**/*.test.ts",
  "test/worlds/{draw,judges,shrink}.test.ts",
];

/**
 * Tests of worlds in this process: the machine's time is simulated for them. A file may join that has no process of its
 * own to wait for, but for those of the sandbox, and no server that keeps the true time beside PostgreSQL.
 */
const SIMULATED = [
  "test/sandbox/{autoscaling,breaker,customers,database-url,exec-faults,exec-run-task,point-in-time}.test.ts",
  "test/sandbox/operator-{database,services}.test.ts",
  "test/sandbox/{rds-backups,rds-changes,rds-errors,rds-restore,rolling-update,rollout}.test.ts",
  "test/sandbox/{scenarios,services,stop-deployment}.test.ts",
  "test/stories/kill{,-cutover,-cutover-revision,-down-exec,-down-task,-maintenance,-release-0.1.0,-restore}.test.ts",
  "test/stories/{already-so,answers,breaker-outcomes,credentials-end,server-faults,full-disk,maintenance,maintenance-troubles}.test.ts",
  "test/stories/{identity,no-answer,no-effect,odd-answers,one-endpoint,preflight,rescue,restore,restore-troubles}.test.ts",
  "test/stories/{plan-rows,policy,readme-status,restorable,revert,rollback-matrix,rollout-outcomes,targets-and-alarms}.test.ts",
  "test/stories/{container-scenarios,undo-failed-release,watch}.test.ts",
  "test/screens/*.test.ts",
  "test/traces/*.test.ts",
  "test/worlds/worlds.test.ts",
];

const WORLDS = {
  globalSetup: ["test/support/prepared-cluster.ts"],
  setupFiles: ["test/support/use-prepared-cluster.ts"],
};

await compileSources();

export default defineConfig({
  plugins: [compiledSources()],
  test: {
    // Most of the time is spent waiting for worlds to move: with one worker a core the cores are idle nearly half of it.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Screens show moments in the reader's zone, too.
    env: { TZ: "UTC" },
    tags: [{ name: "variant", description: "Told again by another story: only `npm run test:all` runs it." }],
    server: { deps: { external: [/\.cache\/vulcan-ops\/compiled/] } },
    projects: [
      { extends: true, test: { name: "units", include: UNITS, isolate: false } },
      {
        extends: true,
        test: {
          ...WORLDS,
          name: "simulated",
          // A process, and a time, of its own for each file: what one leaves behind would change another's traces.
          isolate: true,
          // In true time, in which a busy machine may be slow.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          include: SIMULATED,
          setupFiles: [...WORLDS.setupFiles, "test/support/simulated-time/setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          ...WORLDS,
          name: "real",
          isolate: false,
          setupFiles: [...WORLDS.setupFiles, "test/support/own-environment.ts"],
          include: ["test/**/*.test.ts"],
          exclude: [...UNITS, ...SIMULATED],
        },
      },
    ],
    // For the count that .ci/run ends with.
    ...(process.env.CI ? { reporters: ["default", "json"], outputFile: { json: ".ci/result.json" } } : {}),
  },
});
