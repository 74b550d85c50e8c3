import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReportDocument } from "../../src/domain/report/document.ts";
import { mutations, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

const ALERTS = ["create-alerts", "--input", "topic=arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts"];
let rig: Rig;
let file: string;
let approval: string;
let config: string;
/** Who AWS says is calling: the sandbox knows one principal alone. */
let caller = "";
const sts = createServer((_, response) => {
  const arn = `arn:aws:sts::111122223333:assumed-role/${caller}`;
  const identity = `<GetCallerIdentityResult><Arn>${arn}</Arn><Account>111122223333</Account></GetCallerIdentityResult>`;
  const text = `<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`;
  response.writeHead(200, { "content-type": "text/xml" }).end(text);
});
let stsUrl = "";

beforeAll(async () => {
  rig = await openRig("healthy");
  [file, approval, config] = ["plan.json", "approval.json", "vulcan-ops.yaml"].map((name) =>
    join(rig.stateDir, name),
  ) as [string, string, string];
  const settings = 'account: "111122223333", production: false, requireApproval: true';
  writeFileSync(config, `schemaVersion: "1"\ntargets: {vulcan-prod: {${settings}}}\n`);
  await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
  stsUrl = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
});
afterAll(async () => {
  sts.close();
  await rig.close();
});

async function as(who: string, ...words: string[]) {
  caller = who;
  const env = { VULCAN_OPS_CONFIG: config, AWS_ENDPOINT_URL_STS: stsUrl };
  const outcome = await vulcanOps([...words, "--state-dir", rig.stateDir], { columns: 300, env });
  return { ...outcome, said: outcome.stderr.replace(/\s+/g, " ") };
}

const planIt = (...more: string[]) => as("Deploy/ana", "plan", ...ALERTS, "-o", file, ...more);
const RUN = ["run", "--plan"];
const ANSWERS = ["--yes"];

it("a change of such a target needs another person's approval of exactly this plan; who starts it is a third one", async () => {
  const bare = await as("Deploy/ana", "run", ...ALERTS, ...ANSWERS);
  expect([bare.code, bare.said]).toEqual([
    6,
    expect.stringContaining("requires a plan that another person has approved"),
  ]);
  const kept = await planIt();
  expect([kept.code, kept.said]).toEqual([
    0,
    expect.stringContaining("Another person approves it: vulcan-ops approve"),
  ]);
  const { digest, validFrom, validUntil } = JSON.parse(readFileSync(file, "utf8"));
  expect(Date.parse(validUntil) - Date.parse(validFrom)).toBe(7 * 86_400_000);

  const own = await as("Approve/ana", "approve", file, "-o", approval, "--digest", digest);
  expect([own.code, own.said]).toEqual([
    11,
    expect.stringContaining("made the plan: another person has to approve the plan"),
  ]);
  const unread = await as("Approve/bob", "approve", file, "-o", approval);
  expect([unread.code, unread.stdout]).toEqual([6, expect.stringContaining(`| Digest of the plan | ${digest} |`)]);
  const wrong = await as("Approve/bob", "approve", file, "-o", approval, "--digest", "00000000");
  expect([wrong.code, existsSync(approval)]).toEqual([6, false]);
  const right = await as("Approve/bob", "approve", file, "-o", approval, "--digest", digest.slice(0, 8));
  expect([right.code, right.said]).toEqual([0, expect.stringContaining("Approved plan")]);

  const without = await as("Deploy/ana", ...RUN, file, ...ANSWERS);
  expect([without.code, without.said]).toEqual([6, expect.stringContaining("vulcan-ops approve PLAN")]);
  const byApprover = await as("Deploy/bob", ...RUN, file, "--approval", approval, ...ANSWERS);
  expect([byApprover.code, byApprover.said]).toEqual([
    11,
    expect.stringContaining("starts it: another person has to approve the plan"),
  ]);
  expect(mutations(rig.sandbox)).toEqual([]);

  const done = await as("Deploy/cem", ...RUN, file, "--approval", approval, ...ANSWERS, "--output", "ndjson");
  // Made and armed; no one is subscribed to the topic here.
  expect(done.code).toBe(7);
  expect(mutations(rig.sandbox)).toContain("PutMetricAlarm");
  const [started] = done.stdout.split("\n").map((line) => (line === "" ? {} : JSON.parse(line)));
  const [by, plannedBy] = ["Approve/bob", "Deploy/ana"].map((who) => `arn:aws:sts::111122223333:assumed-role/${who}`);
  expect(started.approval).toMatchObject({ digest, by, plannedBy });
  const report = await as("Deploy/ana", "report", "last", "--offline", "--format", "json");
  const { executions } = JSON.parse(report.stdout) as ReportDocument;
  expect(executions[0]?.people.map(({ did, principal }) => [did.split(" ")[0], principal?.split("/").at(-1)])).toEqual([
    ["made", "ana"],
    ["approved", "bob"],
    ["began", "cem"],
  ]);
});

it("an approval of another plan, a file that was touched and a plan out of its time are refused", async () => {
  await planIt("--valid-for", "1h");
  const other = await as("Deploy/cem", ...RUN, file, "--approval", approval, ...ANSWERS);
  expect([other.code, other.said]).toEqual([
    11,
    expect.stringMatching(/approval is of plan \w{8}, and this is plan \w{8}/),
  ]);
  writeFileSync(approval, readFileSync(approval, "utf8").replace("Approve/bob", "Approve/eve"));
  const touched = await as("Deploy/cem", ...RUN, file, "--approval", approval, ...ANSWERS);
  expect([touched.code, touched.said]).toEqual([6, expect.stringContaining("is not as it was written")]);
  await planIt("--valid-from", "2126-04-10T02:00:00Z");
  const early = await as("Deploy/cem", ...RUN, file, ...ANSWERS);
  expect([early.code, early.said]).toEqual([11, expect.stringContaining("valid from 2126-04-10 02:00:00Z on")]);
  await planIt("--valid-from", "-2d", "--valid-for", "1d");
  const late = await as("Approve/bob", "approve", file, "-o", approval, "--digest", "00000000");
  expect([late.code, late.said]).toEqual([11, expect.stringContaining("this plan was valid until")]);
  expect((await planIt("--valid-for", "1y")).code).toBe(6);
});

it("a rollback never waits for one, and --emergency passes: END, history of the journal and the report say why", async () => {
  const why = "INC-9: users cannot log in";
  const { code, stdout } = await as(
    "Deploy/ana",
    "run",
    "restart-service",
    ...ANSWERS,
    "--expect-current",
    "42",
    "--emergency",
    why,
    "--output",
    "json",
  );
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ emergency: why, statedReason: why })]);
  expect((await as("Deploy/ana", "show", "last")).stdout).toContain(`EMERGENCY: ${why}`);
  const report = await as("Deploy/ana", "report", "last", "--offline");
  expect(report.stdout).toContain(`| Emergency | ${why} |`);
  const rollback = await as(
    "Deploy/ana",
    "rollback",
    "--to",
    "42",
    "--yes",
    "--confirm",
    "42",
    "--expect-current",
    "42",
  );
  expect([rollback.code, rollback.said]).toEqual([0, expect.anything()]);
});

it("a closed Change Calendar stops a Down, not a rollback; --emergency passes, and what cannot be read is a warning", async () => {
  const closed = (calendar: string) => {
    const arn = `arn:aws:ssm:eu-west-1:111122223333:document/${calendar}`;
    writeFileSync(
      config,
      `schemaVersion: "1"\ntargets: {vulcan-prod: {production: false, changeCalendar: "${arn}"}}\n`,
    );
  };
  const down = ["migrate", "down", "1", "--via", "task", "--dry-run"];
  const said = "the change calendar vulcan-freeze is closed at";
  closed("vulcan-freeze");
  const stopped = await as("Deploy/ana", ...down);
  expect([stopped.code, stopped.stdout.replace(/\s+/g, " ")]).toEqual([11, expect.stringContaining(said)]);
  const refused = await as("Deploy/ana", "migrate", "down", "1", "--via", "task", "--yes");
  expect([refused.code, refused.said]).toEqual([11, expect.stringContaining("[calendar-closed, exit 11]")]);
  const passed = await as("Deploy/ana", ...down, "--emergency", "INC-9", "--output", "json");
  const levels = (stdout: string) =>
    JSON.parse(stdout).steps.flatMap(({ findings }: { findings: { code: string; level: string }[] }) =>
      findings.filter(({ code }) => code.startsWith("calendar")).map(({ code, level }) => [code, level]),
    );
  expect(levels(passed.stdout)).toEqual([["calendar-closed", "warn"]]);
  const rollback = await as("Deploy/ana", "rollback", "--to", "42", "--dry-run", "--output", "json");
  expect(levels(rollback.stdout)).toEqual([]);
  closed("vulcan-changes");
  expect(levels((await as("Deploy/ana", ...down, "--output", "json")).stdout)).toEqual([]);
  closed("no-such-calendar");
  expect(levels((await as("Deploy/ana", ...down, "--output", "json")).stdout)).toEqual([["calendar-unknown", "warn"]]);
});
