// A process that hosts a sandbox, and says on one line where it is; for the tests that kill it. Its argument, where there is
// one, is the prepared cluster that its database starts on.
import { usePreparedCluster } from "../../src/postgres/prepared-cluster.ts";
import { startSandbox } from "../../src/sandbox/index.ts";

const [cluster] = process.argv.slice(2);
if (cluster !== undefined) usePreparedCluster(JSON.parse(cluster));
const { env, databaseUrl, endpoint, loadBalancer } = await startSandbox({ scenario: "healthy", speed: 300 });
process.stdout.write(`${JSON.stringify({ clock: env.VULCAN_OPS_CLOCK, databaseUrl, endpoint, loadBalancer, env })}\n`);
