import { createClients, WRITE_ATTEMPTS } from "../../src/aws/client/clients.ts";
import { createContainerShell } from "../../src/aws/ecs-exec/container-shell.ts";
import { createReads } from "../../src/aws/reads.ts";

/** Times, in ms, of commands in a container of the service that the environment leads to. */
const ROUNDS = 7;
const MEGABYTES = 5;

const clients = createClients({}, WRITE_ATTEMPTS);
const [task] = await createReads(clients).ecs.tasks("vulcan-prod", "vulcan-prod", "RUNNING");
const place = { cluster: "vulcan-prod", task: task?.id ?? "", container: "vulcan" };
const shell = createContainerShell(clients, place, { now: () => performance.timeOrigin + performance.now() });

async function timed(argv: readonly string[], bytes: number): Promise<number> {
  const begun = performance.now();
  const outcome = await shell.run(argv);
  const ms = performance.now() - begun;
  if (outcome.kind !== "exited" || outcome.code !== 0 || outcome.output.bytes.length !== bytes)
    throw new Error(`${argv.join(" ")}: ${JSON.stringify(outcome).slice(0, 300)}`);
  return ms;
}

async function rounds(argv: readonly string[], bytes: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(argv, bytes));
  return times;
}

const size = MEGABYTES * 1024 * 1024;
const short = await rounds(["true"], 0);
const long = await rounds(["/bin/sh", "-c", `head -c ${size} /dev/zero | tr '\\0' x`], size);
process.stdout.write(JSON.stringify({ short, long, megabytes: MEGABYTES }));
