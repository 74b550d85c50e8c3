import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { bundled, control, node, ours, report, startSandbox, stopSandbox, tidy, time } from "./measure.mjs";

/** What the sandbox's RDS takes: creating 220 s, backing-up 50 s, modifying 30 s, two states of configuring 20 s each. */
const RDS_MS = 340_000;
const NAME = "vulcan-prod-bench";

console.log(`restore bench: Node ${process.version}, speed 60`);
const out = await bundled("proof-figures");
try {
  await inOne((env) => revision(env));
  await inOne((env) => rename(env));
  await inOne((env) => proof(env));
} finally {
  tidy();
}

async function inOne(run) {
  const { env } = startSandbox("healthy", 60);
  try {
    await run(env);
  } finally {
    stopSandbox();
  }
}

async function revision(env) {
  const { ms, events } = cutover(env, NAME, ["--cutover", "revision", "--database-secret", await secret(env)]);
  report("restore to serving, by revision", (ms / 1000).toFixed(1), "s", 20, "RDS takes 5.7 s of it, draining 5 s");
  const [sent, ready] = ["step.sent", "step.verified"].map((type) => timeOf(events, type, "restore"));
  report("our share of the wait for RDS (virtual)", ((ready - sent - RDS_MS) / 1000).toFixed(1), "s", 25);
  const calls = (await control(env, "GET requests")).map(({ at }) => Date.parse(at));
  const within = calls.filter((at) => at > sent && at < sent + RDS_MS);
  const busiest = Math.max(...within.map((from) => within.filter((at) => at >= from && at < from + 60_000).length));
  report("API calls in the busiest minute before", busiest, "calls", 6);
}

function rename(env) {
  const { ms } = cutover(env, "vulcan-prod", ["--cutover", "rename"]);
  report("restore to serving, by rename", (ms / 1000).toFixed(1), "s", undefined, "a new name takes RDS 10 s more");
}

/** Runs it to the end; `ms` until the service serves from the new database, in real time, starting the program included. */
function cutover(env, confirm, words) {
  const all = ["restore", "--latest", "--as", NAME, ...words, "--yes", "--confirm", confirm, "--output", "ndjson"];
  const done = ours(all, env);
  if (done.status !== 0) throw new Error(done.stderr || done.stdout);
  const events = done.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const after = (Date.parse(events.at(-1).at) - timeOf(events, "step.verified", "switch")) / 60;
  return { ms: done.ms - after, events };
}

function timeOf(events, type, step) {
  return Date.parse(events.find((event) => event.type === type && event.step === step).at);
}

/** The address that the restored instance will have, in a secret of its own. */
async function secret(env) {
  const client = new SecretsManagerClient({
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  });
  const { username, password, pathname } = new URL(env.VULCAN_DATABASE_URL);
  const SecretString = `postgres://${username}:${password}@${NAME}.c1x2y3.eu-west-1.rds.amazonaws.com:5432${pathname}`;
  return (await client.send(new CreateSecretCommand({ Name: "vulcan/prod/db-url-bench", SecretString }))).ARN;
}

function proof(env) {
  const done = time(node, [out], env);
  if (done.status !== 0) throw new Error(done.stderr);
  const { ms, megabytes, exact, tables, counted, problems } = JSON.parse(done.stdout);
  if (problems.length > 0) throw new Error(problems.join("; "));
  const load = `one session a database, one read at a time: ${megabytes.toFixed(0)} MB each`;
  report("proof of 10 million rows in 50 tables", (ms / 1000).toFixed(1), "s", 60, load);
  report("of them counted exactly", exact, `of ${tables}`, undefined, `${counted} rows`);
}
