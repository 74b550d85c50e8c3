// A process that hosts a sandbox, and says on one line where it is; for the tests that kill it.
import { startSandbox } from "../../src/sandbox/index.ts";

const { env, databaseUrl, endpoint, loadBalancer } = await startSandbox({ scenario: "healthy", speed: 300 });
process.stdout.write(`${JSON.stringify({ clock: env.VULCAN_OPS_CLOCK, databaseUrl, endpoint, loadBalancer, env })}\n`);
