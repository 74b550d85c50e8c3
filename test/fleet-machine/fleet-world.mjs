// A sandbox with twenty services, people and the engine around it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../../src/sandbox/index.ts";
import { vulcanOps } from "../support/sandbox-harness.ts";
import { startEngine } from "./engine.mjs";
import { openSts, startProgram } from "./program.mjs";

/** Slow enough that two cores carry eight programs and the health checks of twenty services, whose limits are virtual. */
const SPEED = 24;

/** Virtual ms: a rollout in which nothing is waited for but health checks. */
const QUICK = { firstTask: 3000, reaction: 1000, provisioning: 2000, pending: 3000, activating: 1000, steady: 3000 };

export async function openFleetWorld() {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const sandbox = await startSandbox({ scenario: "twenty-services", speed: SPEED, timings: QUICK });
  const sts = await openSts();
  const base = mkdtempSync(join(tmpdir(), "vulcan-ops-fleet-"));
  let opened = [];
  return {
    sandbox,
    /** A new world, with the fleet file of these waves. */
    async begin({ waves, targets = '["vulcan-*"]' }, engineOptions) {
      await Promise.all(opened.map((engine) => engine.close()));
      await sandbox.reset("twenty-services");
      const folder = mkdtempSync(join(base, "fleet-"));
      const env = {
        ...{ ...sandbox.env, VULCAN_OPS_CONFIG: join(folder, "own.yaml") },
        // A busy machine is slow, and compiles the program once.
        ...{ VULCAN_OPS_READ_TIMEOUT: "60", XDG_CACHE_HOME: join(base, "cache") },
      };
      writeFileSync(env.VULCAN_OPS_CONFIG, configuration(sandbox));
      writeFileSync(
        join(folder, "revert.yaml"),
        ['schemaVersion: "1"', "runbook: rollback-service", `targets: ${targets}`, "waves:", ...waves, ""].join("\n"),
      );
      const engine = startEngine({ sandbox, sts, folder, env }, engineOptions);
      opened = [engine];
      const program = async (who, ...words) => {
        const told = await startProgram(words, { folder, env: { ...env, ...sts.variable(`Ops/${who}`) } }).ended;
        return { ...told, said: told.stderr.replace(/\s+/g, " ") };
      };
      const answer = async (wanted, who, ...words) => {
        const told = await program(who, ...words);
        assert.equal(told.code, wanted, `${words.join(" ")}: ${told.stdout}${told.stderr}`);
        return told;
      };
      return {
        engine,
        /** Runs the program as a person; fails where its exit is another. Answers what it said in one line. */
        answer,
        fleetPlan: (plans = "plans") => JSON.parse(readFileSync(join(folder, plans, "fleet.plan.json"), "utf8")),
        /** The same program in this process, of which no other one need be started. */
        async status(run) {
          const words = ["fleet", "status", run, "--output", "json"];
          const told = await vulcanOps(words, { cwd: folder, env: { ...SHELL, ...env, XDG_STATE_HOME: folder } });
          assert.equal(told.code, 0, told.stderr);
          return JSON.parse(told.stdout);
        },
        /** How often each service was told to change. */
        updates() {
          const counts = {};
          for (const { operation, input, effective } of sandbox.requests())
            if (operation === "UpdateService" && effective) counts[input.service] = (counts[input.service] ?? 0) + 1;
          return counts;
        },
        /** Whether the machine waits for a person: as cheap as a look at what was sent. */
        isAsked: (run) =>
          sandbox.requests().some(({ input, effective }) => effective && input.Item?.pk?.S === `approval#${run}`),
        /** The records of an execution in the table, in their order. */
        records(id) {
          const written = sandbox.requests().filter(({ operation, effective }) => operation === "PutItem" && effective);
          const own = written.flatMap(({ input }) => (input.Item.pk.S === `x#${id}` ? [input.Item] : []));
          return own.sort((a, b) => (a.sk.S < b.sk.S ? -1 : 1)).map(({ line }) => JSON.parse(line.S));
        },
        /** What each service runs once its plan is carried out. */
        plannedRevisions(plans = "plans") {
          const targets = this.fleetPlan(plans).waves.flatMap((wave) => wave.targets);
          return Object.fromEntries(
            targets.map(({ target }) => {
              const { plan } = JSON.parse(readFileSync(join(folder, plans, `${target}.json`), "utf8"));
              const { input } = plan.steps.find(({ operation }) => operation?.name === "UpdateService").operation;
              return [target, input.taskDefinition];
            }),
          );
        },
        revisions: () =>
          Object.fromEntries(sandbox.state().services.map(({ name, taskDefinition }) => [name, taskDefinition])),
      };
    },
    async close() {
      await Promise.all(opened.map((engine) => engine.close()));
      sts.close();
      await sandbox.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Nothing of this shell's own. */
const SHELL = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };

function configuration(sandbox) {
  const common = 'account: "111122223333", region: eu-west-1, production: false';
  const targets = sandbox
    .state()
    .services.map(({ name }) => `  ${name}: {${common}, service: ${name}, journal: "dynamodb://vulcan-ops-journal"}`);
  return ['schemaVersion: "1"', "defaultTarget: vulcan-prod", "targets:", ...targets, ""].join("\n");
}
