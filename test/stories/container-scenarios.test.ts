import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sample } from "../support/sample.ts";
import {
  mutations,
  openRig,
  type Rig,
  runningRevisions,
  serviceRevision,
  vulcanOps,
} from "../support/sandbox-harness.ts";
import { down, ended, rows, runs } from "../support/stories/down.ts";
import { writes } from "../support/stories/maintenance.ts";

let rig: Rig;
let folder: string;
/** `container: vulcan` of the target. */
let configured: Readonly<Record<string, string>>;

beforeAll(async () => {
  rig = await openRig("front-proxy", 300);
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-containers-"));
  const path = join(folder, "vulcan-ops.yaml");
  writeFileSync(path, 'schemaVersion: "1"\ntargets:\n  vulcan-prod:\n    container: vulcan\n');
  configured = { VULCAN_OPS_CONFIG: path };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await rig.close();
});

const ops = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 400, env });

/** In which containers the commands ran, and how each ended. */
const places = () => rig.sandbox.state().commands.map(({ container, exitCode }) => `${container} → ${exitCode}`);

const ROLLBACK = ["rollback", "--to", "42", "--yes", "--confirm", "42", "--expect-current", "43", "--output", "ndjson"];

const WORLDS: readonly (readonly [string, string])[] = [
  ["front-proxy", "envoy"],
  ["log-router", "log_router"],
];

describe.each(sample(WORLDS, 1))("%s", (scenario, other) => {
  const isProxied = scenario === "front-proxy";
  beforeEach(() => rig.sandbox.reset(scenario));

  it("rollback: the tasks of the other revision serve, and it is told as done", async () => {
    const outcome = await ops(ROLLBACK);
    expect({ ...ended(outcome), stderr: outcome.stderr }).toMatchObject({ code: 0, failed: [] });
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
    expect(new Set(runningRevisions(rig.sandbox))).toEqual(new Set(["vulcan-prod:42"]));
  });

  it.each(["exec", "task"])("migrate down 2 --via %s --container vulcan: in that container alone", async (via) => {
    const outcome = await down(rig, ["2", "--via", via, "--container", "vulcan"]);
    expect({ ...ended(outcome), stderr: outcome.stderr }).toMatchObject({ code: 0, failed: [] });
    expect(runs(rig)).toEqual(["down 2 → 0"]);
    expect(places()).toEqual(["vulcan → 0"]);
    expect(serviceRevision(rig.sandbox)).toBe("vulcan-prod:41");
    const [oneOff] = rig.sandbox.state().standalone;
    if (via === "task") expect(oneOff?.containers.find(({ name }) => name === "vulcan")?.exitCode).toBe(0);
  });

  it("a task of its own for the other container would serve or migrate: blocked", async () => {
    const outcome = await down(rig, ["2", "--via", "task", "--container", other]);
    expect({ code: outcome.code, text: outcome.stderr }).toEqual({
      code: 11,
      text: expect.stringContaining("which would serve or migrate"),
    });
    expect(mutations(rig.sandbox)).toEqual([]);
  });

  it("by exec into the other container: the plan doubts it", async () => {
    const { stdout } = await ops([
      "migrate",
      "down",
      "2",
      "--container",
      other,
      "--dry-run",
      "--verbose",
      "--revert-to",
      "41",
    ]);
    expect(stdout).toContain(`it is named; yet vulcan is of Vulcan's image`);
  });

  it.each(["exec", "task"])("the setting `container` is enough, by %s", async (via) => {
    const outcome = await down(rig, ["2", "--via", via], { env: configured });
    expect({ ...ended(outcome), stderr: outcome.stderr }).toMatchObject({ code: 0, failed: [] });
    expect(places()).toEqual(["vulcan → 0"]);
  });

  it.each(["exec", "task"])(
    "without any, by %s: certain, or blocked with the names before anything is sent",
    async (via) => {
      const outcome = await down(rig, ["2", "--via", via]);
      expect(outcome.code).toBe(isProxied ? 11 : 0);
      if (!isProxied) return;
      expect(outcome.stdout + outcome.stderr).toContain("(envoy, vulcan)");
      expect(mutations(rig.sandbox)).toEqual([]);
    },
  );

  it("status and doctor: tasks, health and the agent of the application's container", async () => {
    const { stdout } = await ops(["status", "--verbose"], configured);
    expect(stdout).toMatch(/Tasks +vulcan-prod:43 {2}3 running; containers: 3 healthy/);
    const doctor = await ops(["doctor", "--verbose"], configured);
    expect(doctor.stdout).toMatch(/OK +ECS Exec +on, and the agent runs in 3 of 3 tasks/);
  });

  it("maintenance after it: one task migrates, and the service is at its size again", async () => {
    await down(rig, ["2", "--via", "task"], { env: configured });
    const words = ["--to", "42", "--watch", "15m", "--yes", "--expect-current", "41", "--output", "ndjson"];
    const outcome = ended(await ops(["maintenance", ...words], configured));
    // The minutes before it are no baseline: there the Down has just been.
    expect(outcome).toMatchObject({ code: 10, failed: ["watch: watch-inconclusive"], unfinished: [] });
    expect(writes(rig).slice(-3)).toEqual(["UpdateService 1", "UpdateService", "UpdateService 3"]);
    expect(runningRevisions(rig.sandbox)).toEqual(["vulcan-prod:42", "vulcan-prod:42", "vulcan-prod:42"]);
    expect((await rows(rig)).map((row) => row.split(" ")[0])).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });
});
