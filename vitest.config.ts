import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { compiledSources, compileSources } from "./test/support/compiled-sources.ts";
import { Sequence } from "./test/support/sequence.ts";

/** Tests of values alone: none of them changes what another one sees, so they share a process. */
const UNITS = [
  "test/{actions,cli,domain,engine,mcp,runbook}/**/*.test.ts",
  "test/app/{execution,fleet,init}/*.test.ts",
  "test/ui/{render,text}/*.test.ts",
  "test/proof/predict.test.ts",
  "test/start/compiled-parts.test.ts",
  "test/ui/first-rows.test.ts",
  "test/config/{json-schema,notices,parse,reconnects}.test.ts",
  "test/mutants/*.test.ts",
  "test/journal/{chain,mutated-journals}.test.ts",
  "test/support/**/*.test.ts",
  "test/worlds/{draw,judges,results,shrink}.test.ts",
];

/**
 * Tests of worlds in this process: the machine's time is simulated for them. A file may join that has no process of its
 * own to wait for, but for those of the sandbox, and no server that keeps the true time beside PostgreSQL.
 */
const SIMULATED = [
  "test/sandbox/{autoscaling,breaker,clients,customers,database-url,event-rules,exec-faults,exec-migrate,exec-run-task,point-in-time}.test.ts",
  "test/sandbox/operator-{database,services}.test.ts",
  "test/sandbox/{rds-backups,rds-changes,rds-errors,rds-restore,rolling-update,rollout,scheduler}.test.ts",
  "test/sandbox/{scenarios,services,stop-deployment,timings,vulcan}.test.ts",
  "test/stories/kill{,-alerts,-cutover,-cutover-revision,-down-exec,-down-task,-maintenance,-release-0.1.0,-restore,-upgrade}.test.ts",
  "test/stories/{alerts,already-so,announce,answers,asked,breaker-outcomes,expected-value,container-scenarios,copy-revision}.test.ts",
  "test/stories/{credentials-end,cutover,database-via-task,doctor,full-disk,identity,init,logs}.test.ts",
  "test/stories/{maintenance,maintenance-troubles,migrate-down,migrate-down-refused,migrate-down-trouble}.test.ts",
  "test/stories/{no-answer,no-effect,odd-answers,odd-receipts,one-endpoint,plan-read,plan-rows,plan-saved,fleet-plan,policy,pooler}.test.ts",
  "test/stories/{preflight,print-fix,readme-status,readme-watch,reconnects,reconnects-procedures,rescue}.test.ts",
  "test/stories/{rounds,restart,restorable,secrets-by-arn,restore,restore-troubles,revert,scale-and-hold}.test.ts",
  "test/stories/{rollback-matrix,rollout-calls,rollout-outcomes,server-faults,several-containers,status}.test.ts",
  "test/stories/{targets-and-alarms,undo-failed-release,upgrade,watch,wrong-database}.test.ts",
  "test/{sandbox/task-roles,stories/cannot-start,stories/follow,stories/shared-journal,stories/shared-lock,stories/approval,stories/notices,stories/report}.test.ts",
  "test/journal/shared/*.test.ts",
  "test/sandbox/{definition-rules,list-tasks,metric-rules,service-rules}.test.ts",
  "test/screens/*.test.ts",
  "test/traces/*.test.ts",
];

/** They draw a boundary round each life in their process, which makes every promise of it dearer. */
const WORLDS_AT_RANDOM = ["test/worlds/{lives,worlds}.test.ts"];

const WORLDS = {
  globalSetup: ["test/support/prepared-cluster.ts"],
  setupFiles: ["test/support/own-environment.ts", "test/support/use-prepared-cluster.ts"],
};

const SIMULATED_TIME = [...WORLDS.setupFiles, "test/support/simulated-time/setup.ts"];

await compileSources();

export default defineConfig({
  plugins: [compiledSources()],
  test: {
    // Some of the time is spent waiting for worlds to move: with one worker a core the cores are idle half of it.
    maxWorkers: 2 * availableParallelism(),
    // Worlds make much that lives for a moment: with V8's usual room for the young, collecting takes a sixteenth more.
    execArgv: ["--min-semi-space-size=16", "--max-semi-space-size=32"],
    // A busy machine may be slow. A test that waits ends by its own limits, and says for what it waited.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    sequence: { sequencer: Sequence },
    // Screens show moments in the reader's zone, too. What the program keeps of its code is not the user's.
    env: { TZ: "UTC", XDG_CACHE_HOME: join(import.meta.dirname, "node_modules/.cache/vulcan-ops/of-tests") },
    tags: [{ name: "variant", description: "Told again by another story: only `npm run test:all` runs it." }],
    server: { deps: { external: [/\.cache\/vulcan-ops\/compiled/] } },
    projects: [
      { extends: true, test: { name: "units", include: UNITS, isolate: false } },
      {
        extends: true,
        test: {
          ...WORLDS,
          name: "simulated",
          // Files share processes, each on a day of its own: a process that has been at work for a while needs a third less.
          isolate: false,
          include: SIMULATED,
          setupFiles: SIMULATED_TIME,
        },
      },
      {
        extends: true,
        test: { ...WORLDS, name: "worlds", include: WORLDS_AT_RANDOM, setupFiles: SIMULATED_TIME },
      },
      {
        extends: true,
        test: {
          ...WORLDS,
          name: "real",
          isolate: false,
          setupFiles: [...WORLDS.setupFiles, "test/support/patient-reads.ts"],
          include: ["test/**/*.test.ts"],
          exclude: [...UNITS, ...SIMULATED, ...WORLDS_AT_RANDOM],
        },
      },
    ],
    // For the count that .ci/run ends with.
    ...(process.env.CI ? { reporters: ["default", "json"], outputFile: { json: ".ci/result.json" } } : {}),
  },
});
