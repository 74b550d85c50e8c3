import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FleetPlan } from "../../src/domain/fleet/fleet-plan.ts";
import { type Callers, startCallers } from "../support/callers.ts";
import { has, MAIN } from "../support/process.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { type Pane, startTerminals, type Terminals } from "../ui/tmux.ts";

const TABLE = "vulcan-ops-journal";
const RUN = "revert-42";
const TARGET = `{account: "111122223333", region: eu-west-1, production: false, journal: "dynamodb://${TABLE}"}`;
const CONFIGURATION = `schemaVersion: "1"
defaultTarget: shop-de
targets:
  shop-de: ${TARGET}
  shop-fr: ${TARGET}
  shop-us: ${TARGET}
`;
const FLEET = `schemaVersion: "1"
runbook: rollback-service
targets: [shop-*]
waves:
  - {name: canary, targets: [shop-de], concurrency: 1}
  - {name: rest, approval: true, concurrency: 2, tolerated: 1}
`;

let rig: Rig;
let cwd: string;
let table: DynamoDBClient;
let callers: Callers;
let terminals: Terminals;

/** A run of a fleet is started, approved and stopped by people, at a terminal of 24 rows. */
describe.skipIf(!has("tmux"))("a fleet at a terminal", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    rig = await openRig("bad-but-healthy");
    callers = await startCallers();
    table = new DynamoDBClient({});
    terminals = startTerminals();
    cwd = mkdtempSync(join(rig.stateDir, "fleet-"));
    writeFileSync(join(cwd, "revert.yaml"), FLEET);
    writeFileSync(join(cwd, "own.yaml"), CONFIGURATION);
    const env = { VULCAN_OPS_CONFIG: join(cwd, "own.yaml"), AWS_ENDPOINT_URL_STS: callers.urlOf("ana") };
    const planned = await vulcanOps(["fleet", "plan", "revert.yaml", "--run", RUN, "-o", "plans"], { cwd, env });
    expect([planned.code, planned.stderr]).toEqual([0, expect.stringContaining("vulcan-ops fleet start plans")]);
  });
  afterAll(async () => {
    terminals.close();
    table.destroy();
    callers.close();
    await rig.close();
  });
  beforeEach(() => rig.sandbox.reset("bad-but-healthy"));

  const open = (who: string, words: string, columns = 80): Pane =>
    terminals.open(`sh -c 'trap : INT; cd ${cwd}; "${process.execPath}" "${MAIN}" ${words}; echo EXIT=$?'`, {
      columns,
      rows: 24,
      env: {
        ...rig.sandbox.env,
        AWS_PROFILE: "",
        AWS_ENDPOINT_URL_STS: callers.urlOf(who),
        VULCAN_OPS_CONFIG: join(cwd, "own.yaml"),
        XDG_STATE_HOME: join(cwd, `state-${who}`),
      },
    });
  const calls = (name: string) => rig.sandbox.requests().filter(({ operation }) => operation === name).length;
  const oneLine = (text: string) => text.replace(/\s+/g, " ");

  /** Started by ana, with its second wave waiting, as the machine leaves it: the sandbox carries none out. */
  async function started(): Promise<void> {
    const pane = open("ana", `fleet start plans --reason INC-7 --confirm "1 of ${RUN}"`);
    await pane.until("EXIT=0");
    const { digest } = JSON.parse(readFileSync(join(cwd, "plans", "fleet.plan.json"), "utf8")) as FleetPlan;
    const texts = { pk: `approval#${RUN}`, sk: "rest", token: "token", digest, at: "2026-04-10T03:00:00.000Z" };
    const Item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
    await table.send(new PutItemCommand({ TableName: TABLE, Item }));
    await table.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { pk: { S: `brake#${RUN}` }, sk: { S: "canary" } },
        UpdateExpression: "SET failed = :one, tolerated = :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
  }

  const NO = [
    ["q", ["q", "Enter"], 3],
    ["Enter alone", ["Enter"], 3],
    ["Ctrl-D", ["C-d"], 3],
    ["Ctrl-C", ["C-c"], 130],
  ] as const;

  describe("start", () => {
    const ASKED = /\? Type "1 of revert-42" to start run revert-42, q to cancel:\s*$/;
    const ABOVE = /Start run revert-42: 1 target without an approval, 2 after an approval\nSANDBOX/;

    it("says above the cursor what it starts and where, takes no other text, and starts once", async () => {
      const pane = open("ana", "fleet start plans");
      await pane.until(ASKED);
      expect(pane.glass()).toMatch(ABOVE);
      expect(pane.glass()).toContain("table vulcan-ops-journal · 111122223333 · eu-west-1");
      pane.type("2 of revert-42", "Enter");
      await pane.until(
        /That is not the text\. Nothing was sent\. Type "1 of revert-42", or q to cancel\.[\s\S]*cancel:\s*$/,
      );
      expect(calls("StartExecution")).toBe(0);
      pane.type('"1 of revert-42"', "Enter");
      const screen = await pane.until("EXIT=0");
      expect(oneLine(screen)).toContain(`Started run ${RUN} as arn:aws:sts::111122223333:assumed-role/Ops/ana.`);
      expect(screen).toContain(`To follow it: vulcan-ops fleet status ${RUN}`);
      expect(calls("StartExecution")).toBe(1);
    });

    it.each(NO)("is not answered by %s: nothing is kept, and that is said", async (_, keys, exit) => {
      const pane = open("ana", "fleet start plans");
      await pane.until(ASKED);
      pane.type(...keys);
      expect(await pane.until(`EXIT=${exit}`)).toContain("Cancelled. No changes made.");
      expect([calls("StartExecution"), calls("PutItem")]).toEqual([0, 0]);
      expect(pane.hasCursor()).toBe(true);
    });

    it("keeps deed, place and question on the glass of 40 columns, no row wider", async () => {
      const pane = open("ana", "fleet start plans", 40);
      await pane.until(/\? Type "1 of revert-42", q to cancel:\s*$/);
      const glass = pane.glass();
      expect(oneLine(glass)).toContain(
        "Start run revert-42: 1 target without an approval, 2 after an approval SANDBOX",
      );
      pane.type("C-c");
      await pane.until("EXIT=130");
    });
  });

  describe("approve", () => {
    const ASKED = /\? Type "2 of rest" to approve wave rest, q to cancel:\s*$/;

    it("shows who started the run and why, how it went so far, and takes the text alone", {
      tags: ["variant"],
    }, async () => {
      await started();
      const pane = open("cem", `fleet approve ${RUN} rest`);
      await pane.until(ASKED);
      const glass = pane.glass();
      expect(glass).toMatch(/Started +by Ops\/ana at .*Z: INC-7/);
      expect(glass).toMatch(/Before +canary: 1 of 1 target failed/);
      expect(glass).toMatch(/Approve wave rest of run revert-42: 2 targets\nSANDBOX/);
      expect(glass).not.toContain("Stopped");
      pane.type("2", "Enter");
      await pane.until(/That is not the text[\s\S]*cancel:\s*$/);
      expect(calls("SendTaskSuccess")).toBe(0);
      pane.type("2 of rest", "Enter");
      expect(oneLine(await pane.until("EXIT=0"))).toContain("Approved wave rest of revert-42");
      expect(calls("SendTaskSuccess")).toBe(1);
    });

    it("--reject has a text of its own, and says what it ends", async () => {
      await started();
      const pane = open("cem", `fleet approve ${RUN} rest --reject`);
      await pane.until(/\? Type "reject rest" to reject wave rest, q to cancel:\s*$/);
      expect(pane.glass()).toContain("Reject wave rest of run revert-42: the run ends, and nothing more of it starts");
      pane.type("2 of rest", "Enter");
      await pane.until(/That is not the text[\s\S]*cancel:\s*$/);
      pane.type("reject rest", "Enter");
      await pane.until("EXIT=0");
      expect([calls("SendTaskFailure"), calls("SendTaskSuccess")]).toEqual([1, 0]);
    });

    it("says that a run was stopped, and that an approval starts nothing", { tags: ["variant"] }, async () => {
      await started();
      await open("ben", `fleet stop ${RUN}`).until("EXIT=0");
      const pane = open("cem", `fleet approve ${RUN} rest`);
      await pane.until(ASKED);
      expect(pane.glass()).toMatch(/Stopped +the run was stopped by hand: an approval starts nothing/);
      pane.type("q", "Enter");
      expect(await pane.until("EXIT=3")).toContain("Cancelled. No changes made.");
      expect(calls("SendTaskSuccess")).toBe(0);
    });

    it("refuses the starter before it asks, and names what another person types", async () => {
      await started();
      const screen = oneLine(await open("ana", `fleet approve ${RUN} rest`).until("EXIT=11"));
      expect(screen).toContain("Ops/ana started the run: another person has to approve the wave");
      expect(screen).not.toContain("to approve wave rest, q to cancel");
    });
  });

  describe("stop --now", () => {
    it("names what is in progress, and stops the machine by the typed text alone", async () => {
      await started();
      const pane = open("ben", `fleet stop ${RUN} --now`);
      await pane.until(/\? Type "stop revert-42" to stop run revert-42 now, q to cancel:\s*$/);
      expect(pane.glass()).toMatch(/Stop run revert-42 now; no target runs\nSANDBOX/);
      pane.type("stop it", "Enter");
      await pane.until(/That is not the text[\s\S]*cancel:\s*$/);
      pane.type("C-c");
      expect(await pane.until("EXIT=130")).toContain("Cancelled. No changes made.");
      expect([calls("StopExecution"), calls("UpdateItem")]).toEqual([0, 1]);
      const again = open("ben", `fleet stop ${RUN} --now`);
      await again.until(/q to cancel:\s*$/);
      again.type(`stop ${RUN}`, "Enter");
      await again.until("EXIT=0");
      expect(calls("StopExecution")).toBe(1);
    });
  });
});
