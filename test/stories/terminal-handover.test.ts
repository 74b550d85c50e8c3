import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Callers, startCallers } from "../support/callers.ts";
import { has, MAIN } from "../support/process.ts";
import { mutations, openRig, type Rig } from "../support/sandbox-harness.ts";
import { type Pane, startTerminals, type Terminals } from "../ui/tmux.ts";

const CONFIGURATION = `schemaVersion: "1"
targets:
  vulcan-prod: {account: "111122223333", region: eu-west-1, production: false, journal: "dynamodb://vulcan-ops-journal"}
`;

let rig: Rig;
let callers: Callers;
let terminals: Terminals;
let config: string;
let here: string;
let there: string;

/** One person hands an execution over at a terminal, and another one continues it at another terminal. */
describe.skipIf(!has("tmux"))("a handover at two terminals", { timeout: 240_000 }, () => {
  beforeAll(async () => {
    rig = await openRig("bad-but-healthy", 20);
    callers = await startCallers();
    terminals = startTerminals();
    config = join(rig.stateDir, "own.yaml");
    writeFileSync(config, CONFIGURATION);
  });
  afterAll(async () => {
    terminals.close();
    callers.close();
    await rig.close();
  });
  beforeEach(async () => {
    await rig.sandbox.reset("bad-but-healthy");
    here = mkdtempSync(join(rig.stateDir, "here-"));
    there = mkdtempSync(join(rig.stateDir, "there-"));
  });

  const open = (who: string, dir: string, words: string): Pane =>
    terminals.open(`sh -c 'trap : INT; "${process.execPath}" "${MAIN}" ${words} --state-dir ${dir}; echo EXIT=$?'`, {
      columns: 100,
      env: {
        ...rig.sandbox.env,
        AWS_PROFILE: "",
        AWS_ENDPOINT_URL_STS: callers.urlOf(who),
        VULCAN_OPS_CONFIG: config,
      },
    });
  const oneLine = (text: string) => text.replace(/\s+/g, " ");
  const QUESTION = /Type 42 to roll back vulcan-prod to 1\.42\.0, q to cancel:\s*$/;
  const ASKED = "Type Ops/ben to continue as it, q to cancel:";

  /** Ana's rollback waits for its rollout. */
  async function waiting(): Promise<Pane> {
    const first = open("ana", here, "rollback");
    await first.until(QUESTION);
    first.type("42", "Enter");
    await first.until(/Step \d\/6: wait for/);
    return first;
  }

  /** It is handed over with a note; answers what the first terminal shows then. */
  async function handedOver(first: Pane): Promise<string> {
    const page = open("ana", here, `handover last --note "INC-7: the vendor calls at 05:00Z"`);
    const shown = oneLine(await page.until("EXIT=0"));
    expect(shown).toMatch(/HANDOVER handed over by .*: INC-7: the vendor calls at 05:00Z/);
    expect(shown).toMatch(/Next, on any machine that reads the shared journal: vulcan-ops resume \S+/);
    return first.until(/EXIT=\d+/);
  }

  it("the first terminal says that it was handed over, and the next person answers once, by name", async () => {
    const first = await waiting();
    const left = oneLine(await handedOver(first));
    expect(left).toMatch(
      /END Stopped for a handover at step \d\/6 \(\w+\): AWS continues\. Next: vulcan-ops resume \w+/,
    );
    expect(left).toContain("EXIT=7");
    expect(first.hasCursor()).toBe(true);

    const second = open("ben", there, "resume");
    await second.until(ASKED);
    second.type("42", "Enter");
    await second.until(/That is not its name[\s\S]*q to cancel:\s*$/);
    second.type("Ops/ben", "Enter");
    const screen = oneLine(await second.until("EXIT=0"));
    expect(screen).toMatch(/Handed over by .*: INC-7: the vendor calls at 05:00Z/);
    // The steps of this execution alone, as its plan has numbered them: nothing here has reconnected.
    expect(screen).not.toMatch(/[Nn]ot begun: .*(clients|reconnected)/);
    expect(screen).toMatch(/END Rolled back vulcan-prod to 1\.42\.0/);
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);

    const refused = oneLine(await open("ben", there, "handover last").until("EXIT=6"));
    expect(refused).toContain("has come to its end: Rolled back vulcan-prod to 1.42.0");
    expect(refused).toMatch(/Next vulcan-ops show \w+/);
  });

  it("a no to that question leaves it handed over, for a third person", { tags: ["variant"] }, async () => {
    await handedOver(await waiting());
    for (const [key, exit] of [
      [["q", "Enter"], 3],
      [["C-d"], 3],
      [["C-c"], 130],
    ] as const) {
      const second = open("ben", there, "resume");
      await second.until(ASKED);
      second.type(...key);
      await second.until(`EXIT=${exit}`);
    }
    const third = open("ana", there, "resume");
    expect(oneLine(await third.until("EXIT=0"))).toContain("Handed over by");
    expect(mutations(rig.sandbox)).toEqual(["UpdateService"]);
  });

  it("a question that is open ends without an answer, and is asked anew of the next person", async () => {
    const first = open("ana", here, "rollback");
    await first.until(QUESTION);
    const left = oneLine(await handedOver(first));
    expect(left).toContain("EXIT=7");
    expect(left).toMatch(/END Stopped for a handover at step 3\/6 \(revert\): nothing was sent/);
    expect(mutations(rig.sandbox)).toEqual([]);
    const second = open("ben", there, "resume");
    await second.until(ASKED);
    second.type("Ops/ben", "Enter");
    await second.until(QUESTION);
    second.type("q", "Enter");
    await second.until("EXIT=3");
    expect(mutations(rig.sandbox)).toEqual([]);
  });
});
