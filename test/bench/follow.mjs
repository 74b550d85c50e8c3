// How soon after the sandbox's moment of truth `upgrade --follow` and `upgrade` say it: a deployment that succeeds, and one
// that fails. The machine's time is simulated, and each answer of AWS takes 200 ms of it: so the figures are the same on a
// slow machine and on a busy one. What the program takes to start is measured by `program`.
import { imported } from "../support/compiled-program.mjs";
import { report } from "./measure.mjs";

console.log(`follow bench: Node ${process.version}, simulated time`);
const { main } = await imported("test/bench/follow-main");
for (const [label, figure, unit, atMost] of await main()) report(label, figure, unit, atMost);
