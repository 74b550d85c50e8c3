import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { readSecretText } from "../../src/aws/secrets/value.ts";
import type { ReportDocument } from "../../src/domain/report/document.ts";
import { openServices } from "../support/notices/services.ts";
import { openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";

const WEBHOOK = "/services/T0SECRET/B0";
const SLACK = "/slack/chat.postMessage";
const ALERTS = "/pd/v2/enqueue";
const CHANGES = "/pd/v2/change/enqueue";
const KEY = "R0PAGERDUTYKEY0123456789abcdef01";
const TOKEN = "xoxb-PLANTED-token-0123456789";
const SECRETS = [KEY, TOKEN, "T0SECRET"];
const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";

let rig: Rig;
let services: Awaited<ReturnType<typeof openServices>>;
beforeAll(async () => {
  rig = await openRig("bad-release");
});
afterAll(() => rig.close());
beforeEach(async () => {
  services = await openServices();
});
afterEach(() => services.close());

const channels = () => ({
  VULCAN_OPS_WEBHOOK: `${services.url}${WEBHOOK}`,
  VULCAN_OPS_SLACK_TOKEN: TOKEN,
  VULCAN_OPS_SLACK_CHANNEL: "C0123456789",
  VULCAN_OPS_SLACK_URL: `${services.url}/slack`,
  VULCAN_OPS_PAGERDUTY_KEY: KEY,
  VULCAN_OPS_PAGERDUTY_URL: `${services.url}/pd`,
});

const run = (argv: readonly string[], env: Readonly<Record<string, string>>) =>
  vulcanOps([...argv, "--state-dir", rig.stateDir], { columns: 300, env });

const ROLLBACK = ["rollback", "--yes", "--confirm", "42", "--expect-current", "43"];

it("a rollback is told by every channel as it begins and when it ends, and mentions call no one", async () => {
  const config = join(rig.stateDir, "own.yaml");
  const templates = `templates: {begin: "<!here> {operator}: {title}, because {reason}"}`;
  writeFileSync(config, `schemaVersion: "1"\ntargets: {vulcan-prod: {notices: {topic: "${TOPIC}", ${templates}}}}\n`);
  const reason = "INC-7 <!channel> @here ana@example.org";
  const { code, stdout, stderr } = await run([...ROLLBACK, "--reason", reason], {
    ...channels(),
    VULCAN_OPS_CONFIG: config,
  });
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("Not told")]);

  const safe = "INC-7 &lt;!channel&gt; (at)here ana@example.org";
  const [begin, outcome, ...more] = services.texts(WEBHOOK);
  expect(more).toEqual([]);
  expect(begin).toMatch(/^REHEARSAL: <!here> .+: Roll back the service to a previous release, because /);
  expect(begin).toContain(safe);
  expect(outcome).toMatch(/^REHEARSAL: Rolled back vulcan-prod to .*42.*\. Execution x\d+ \(.*\)\. SANDBOX \(127/);
  expect(outcome).toContain(safe);

  const slack = services.heard.filter(({ path }) => path === SLACK);
  expect(slack.map(({ body: { text, channel, thread_ts } }) => [text, channel, thread_ts])).toEqual([
    [begin, "C0123456789", undefined],
    [outcome, "C0123456789", "1700000000.000100"],
  ]);
  expect(slack[0]?.authorization).toBe(`Bearer ${TOKEN}`);
  // Nothing to act on: no incident is opened.
  expect(services.heard.filter(({ path }) => path === ALERTS)).toEqual([]);
  const changes = services.heard.filter(({ path }) => path === CHANGES).map(({ body }) => body);
  expect(changes).toHaveLength(2);
  expect(changes[1]).toMatchObject({ routing_key: KEY, payload: { summary: expect.stringContaining("Rolled back") } });

  const published = rig.sandbox.state().published.map(({ message }) => message);
  expect(published).toEqual([expect.stringContaining(`because ${reason}`), expect.stringContaining("Rolled back")]);

  const files = (await run(["history", "export"], {})).stdout;
  const bodies = JSON.stringify(services.heard.map(({ body: { routing_key: _, ...rest } }) => rest));
  for (const text of [stdout, stderr, files, bodies, published.join("\n")])
    for (const secret of SECRETS) expect(text).not.toContain(secret);
});

it("what is lost is said once, stands in END and in the report, and delays no request", async () => {
  await rig.sandbox.reset("bad-release");
  services.behave(WEBHOOK, "redirects");
  services.behave(SLACK, "refuses");
  services.behave(CHANGES, "silent");
  const env = { ...channels(), VULCAN_OPS_CONFIG: "" };
  const outcome = await run([...ROLLBACK, "--output", "json"], env);
  expect(outcome.code).toBe(0);
  const { lostNotices, execution } = JSON.parse(outcome.stdout);
  const [redirect, refusal, silence] = [
    "it cannot be reached (it redirects)",
    "it refused the message (channel_not_found)",
    "it did not answer within 3 s",
  ];
  expect(lostNotices).toHaveLength(6);
  expect(lostNotices).toEqual(
    expect.arrayContaining([
      { moment: "begin", by: "the webhook", why: redirect },
      { moment: "outcome", by: "Slack", why: refusal },
      { moment: "begin", by: "PagerDuty", why: silence, isDoubtful: true },
    ]),
  );
  const said = outcome.stderr
    .split("\n")
    .filter((line) => line.includes("The notice of the start did not reach the webhook"));
  expect([said.length, services.heard.some(({ path }) => path === "/elsewhere")]).toEqual([1, false]);

  const shown = await run(["show", execution], {});
  expect(shown.stdout.replace(/\s+/g, " ")).toContain(
    `Not told the notice of the outcome did not reach the webhook: ${redirect}`,
  );
  const report = await run(["report", execution, "--offline", "--format", "json"], {});
  const [part] = (JSON.parse(report.stdout) as ReportDocument).executions;
  expect(part?.lostNotices).toContain(`the notice of the start may not have reached PagerDuty: ${silence}`);
});

it("notify --test reaches every channel, marked; a key that is not there, or a topic that is not, is named", async () => {
  await rig.sandbox.reset("bad-release");
  const config = join(rig.stateDir, "own.yaml");
  const write = (notices: string): void =>
    writeFileSync(config, `schemaVersion: "1"\ntargets: {vulcan-prod: {notices: {${notices}}}}\n`);
  write(`topic: "${TOPIC}"`);
  const env = { ...channels(), VULCAN_OPS_CONFIG: config };
  const shown = await vulcanOps(["notify"], { columns: 300, env });
  expect([shown.code, services.heard, shown.stdout]).toEqual([0, [], expect.stringContaining("PagerDuty")]);
  const tested = await vulcanOps(["notify", "--test"], { columns: 300, env });
  expect([tested.code, tested.stdout.match(/took the message/g)]).toEqual([0, expect.objectContaining({ length: 4 })]);
  const text = expect.stringMatching(/^REHEARSAL: TEST by vulcan-ops: nothing has happened/);
  expect(
    services.heard.map(({ path, body }) => [path, body.text ?? (body.payload as { summary: string }).summary]),
  ).toEqual(
    expect.arrayContaining([
      [WEBHOOK, text],
      [SLACK, text],
      [CHANGES, text],
    ]),
  );
  expect(rig.sandbox.state().published.map(({ message }) => message)).toEqual([text]);

  write(`topic: "${TOPIC}-gone", pagerDutyKey: {fromEnv: NOT_SET_HERE}`);
  const lost = await vulcanOps(["notify", "--test"], { columns: 300, env: { VULCAN_OPS_CONFIG: config } });
  expect([lost.code, lost.stdout]).toEqual([
    1,
    expect.stringContaining("PagerDuty did not take it: NOT_SET_HERE is not set"),
  ]);
  expect(lost.stderr).toContain("not every channel took the test: PagerDuty, SNS");
  expect((await vulcanOps(["notify"], { env: { VULCAN_OPS_CONFIG: "" } })).code).toBe(6);
});

it("a secret's text comes from Secrets Manager, in the region of its ARN", async () => {
  const client = new SecretsManagerClient({});
  const { ARN = "" } = await client.send(new CreateSecretCommand({ Name: "ops/pager", SecretString: " KEY\n" }));
  expect(await readSecretText(createClients({ region: "us-east-1" }, 1), ARN)).toBe("KEY");
  await expect(readSecretText(createClients({}, 1), `${ARN}-gone`)).rejects.toThrow(/GetSecretValue/);
  client.destroy();
});
