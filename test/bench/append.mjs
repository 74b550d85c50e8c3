// What a record costs: in this machine's file alone, and in a table as well, of this project's sandbox and of dynalite.
// AWS is as far away as the network says, beside that.

import { spawn } from "node:child_process";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { bundled, median, node, report, startSandbox, state, stopSandbox } from "./measure.mjs";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const program = await bundled("append-figures", "node_modules/.cache/vulcan-ops/bench");

await told("a record, in a file", "file", {});
const sandbox = startSandbox("empty", 1);
await told("... and in the sandbox's table", "sandbox", sandbox.env);
stopSandbox();
const server = dynalite({ createTableMs: 0 });
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const credentials = { accessKeyId: "b", secretAccessKey: "b" };
const endpoint = `http://127.0.0.1:${server.address().port}`;
await makeTable();
const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = credentials;
await told("... and in dynalite's", "dynalite", {
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY,
});
server.close();
server.closeAllConnections();

async function told(label, kind, env) {
  const times = await figures(kind, { ...env, AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" });
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.floor(0.95 * sorted.length)];
  report(label, median(times).toFixed(1), "ms", undefined, `p95 ${p95.toFixed(1)} ms, of ${times.length}`);
}

/** In a process of its own, while this one serves. */
function figures(kind, env) {
  const child = spawn(node, [program, kind, state], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", 2] });
  let text = "";
  child.stdout.on("data", (part) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`${kind}: exit ${code}`))));
  });
}

async function makeTable() {
  const text = (AttributeName) => ({ AttributeName, AttributeType: "S" });
  const keys = (...names) =>
    names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? "HASH" : "RANGE" }));
  const client = new DynamoDBClient({ endpoint, credentials, region: "eu-west-1" });
  await client.send(
    new CreateTableCommand({
      TableName: "vulcan-ops-journal",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk", "listed", "at"].map(text),
      KeySchema: keys("pk", "sk"),
      GlobalSecondaryIndexes: [
        { IndexName: "executions", KeySchema: keys("listed", "at"), Projection: { ProjectionType: "ALL" } },
      ],
    }),
  );
  client.destroy();
}
