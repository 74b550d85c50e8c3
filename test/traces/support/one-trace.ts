/** A program: the trace of one procedure. Arguments: its name, and the database cluster to start on. */
import { simulateTime } from "../../support/simulated-time/simulate.ts";

simulateTime(1);
// Whatever is loaded from here on gets the simulated time.
const [{ usePreparedCluster }, { PROCEDURES }, { openTraceRig, trace }] = await Promise.all([
  import("../../../src/postgres/prepared-cluster.ts"),
  import("./procedures.ts"),
  import("./trace.ts"),
]);
const [wanted, cluster = ""] = process.argv.slice(2);
usePreparedCluster(JSON.parse(cluster));
const procedure = PROCEDURES.find(({ name }) => name === wanted);
if (procedure === undefined) throw new Error(`no procedure ${wanted}`);
const rig = await openTraceRig();
const { lines, writes, output } = await trace(rig, procedure).finally(() => rig.close());
process.stdout.write(JSON.stringify({ lines, writes, output }));
