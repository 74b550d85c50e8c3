import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operationOf, type Recorded, type Recording, recordingProxy } from "../support/odd-answers/recording-proxy.ts";
import { membersOf, NOT_FOR_PEOPLE } from "../support/odd-answers/spoiled.ts";
import { mutations, openRig, type Rig, serviceRevision, vulcanOps } from "../support/sandbox-harness.ts";
import { IMAGE, otherImageRunbook } from "../support/stories/other-image.ts";

let rig: Rig;
let proxy: Recording;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy");
  proxy = await recordingProxy(rig.sandbox.endpoint);
  process.env.AWS_ENDPOINT_URL = proxy.url;
  otherImageRunbook(rig.stateDir);
});
afterAll(async () => {
  await proxy.close();
  await rig.close();
});

interface Deed {
  readonly scenario: string;
  readonly argv: readonly string[];
}

const YES = ["--yes", "--expect-current"];
const DOWN = ["--confirm", "drop licences.seats", "--confirm", "down to 7", "--confirm", "41", ...YES];
const RESTORE = ["restore", "--to=-5m", "--as", "vulcan-prod-then", "--cutover", "rename"];
const HOLD = ["run", "scale-and-hold", "--input", "tasks=4", "--input", "until=+10m", "--input", "owner=ops"];
const deed = (scenario: string, ...argv: readonly string[]): Deed => ({ scenario, argv });

const DEEDS = {
  "a migration down by a task": deed("bad-but-healthy", "migrate", "down", "2", "--via", "task", ...DOWN, "43"),
  "a copy of a revision": deed("bad-but-healthy", "run", "other-image.yaml", "--input", `image=${IMAGE}`, ...YES, "43"),
  "a migration down by ECS Exec": deed("bad-but-healthy", "migrate", "down", "2", ...DOWN, "8"),
  "a rollback": deed("bad-but-healthy", "rollback", "--to", "42", "--confirm", "42", ...YES, "43"),
  "a restart": deed("healthy", "run", "restart-service", ...YES, "42"),
  "an upgrade": deed("major-release", "upgrade", "--to", "43", "--confirm", "43", ...YES, "42"),
  "a maintenance": deed("major-release", "maintenance", ...YES, "42"),
  "a restore": deed("bad-but-healthy", ...RESTORE, "--yes", "--confirm", "vulcan-prod"),
  "a hold": deed("healthy", ...HOLD, ...YES, "42"),
};
/** Of these the answer has the name of what was made. */
const IN_EVERY_RUN = ["a migration down by a task", "a copy of a revision"];

const run = (argv: readonly string[]) =>
  vulcanOps([...argv, "--state-dir", rig.stateDir], { columns: 300, cwd: rig.stateDir });

/** What it does where each answer is whole, and what it asked for. */
async function truth({ scenario, argv }: Deed) {
  proxy.forward();
  await rig.sandbox.reset(scenario);
  proxy.asked();
  expect(await run(argv)).toMatchObject({ code: 0 });
  const done = mutations(rig.sandbox);
  const asked = proxy.asked().filter((question) => done.includes(operationOf(question)));
  return { done, asked, runs: serviceRevision(rig.sandbox) };
}

const WHOLE = "all of it";

interface Case {
  readonly operation: string;
  readonly path: string;
  readonly kind: string;
}

/** All that the answer can lack. */
function casesOf(question: string): readonly Case[] {
  const { type, body } = proxy.answers.get(question) as Recorded;
  const operation = operationOf(question);
  const members = membersOf(type, body).flatMap(({ path, spoiled }) =>
    Object.keys(spoiled).map((kind) => ({ operation, path, kind })),
  );
  return [{ operation, path: WHOLE, kind: "removed" }, ...members];
}

function spoil({ path, kind }: Case, { type, body }: Recorded): string {
  if (path !== WHOLE) return membersOf(type, body).find((one) => one.path === path)?.spoiled[kind] ?? body;
  return /json/.test(type) ? "{}" : body.replace(/<(\w+Result)>.*<\/\1>/s, "<$1></$1>");
}

describe("the answer to a change that says less than it should: what came of it is read from the world", () => {
  for (const [name, one] of Object.entries(DEEDS))
    it(name, { tags: IN_EVERY_RUN.includes(name) ? [] : ["variant"], timeout: 600_000 }, async () => {
      const { done, asked, runs } = await truth(one);
      const cases = [...new Map(asked.flatMap(casesOf).map((each) => [JSON.stringify(each), each])).values()];
      const wrong: string[] = [];
      for (const each of drawn(cases)) {
        proxy.forward((question, answer) =>
          operationOf(question) === each.operation ? spoil(each, answer) : answer.body,
        );
        await rig.sandbox.reset(one.scenario);
        const { code, stdout, stderr } = await run(one.argv);
        const said = `${stdout}${stderr}`;
        const isSame = mutations(rig.sandbox).join() === done.join() && serviceRevision(rig.sandbox) === runs;
        const isTold = code === 0 ? isSame : MAY_FAIL.test(said);
        if (!isTold || NOT_FOR_PEOPLE.test(said)) wrong.push(`${JSON.stringify(each)}: ${code} ${said.slice(-900)}`);
      }
      expect(wrong).toEqual([]);
    });
});

/** A session that AWS gives no address of cannot be opened, and its command may have run: nothing follows but putting back. */
const MAY_FAIL = /AWS gave no address, or no token, of the session/;

/** The answers that lack all; in the whole suite some others of each deed. */
function drawn(cases: readonly Case[]): readonly Case[] {
  const step = process.env.VULCAN_OPS_SAMPLE === "all" ? Math.ceil(cases.length / 12) : Number.POSITIVE_INFINITY;
  return cases.filter(({ path }, index) => path === WHOLE || (index > 0 && index % step === 0));
}
