// What executions on record cost a command: 5,000 journals of 39 KB beside none, as ratios.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MAIN, median, node, report, state, time } from "./measure.mjs";

const COUNT = 5000;
const BYTES = 39_000;

const folder = join(state, "many");
mkdirSync(join(folder, "executions"), { recursive: true, mode: 0o700 });
for (let number = 0; number < COUNT; number++) {
  const id = `b${String(number).padStart(5, "0")}`;
  writeFileSync(join(folder, "executions", `${id}.jsonl`), journalOf(id));
}
const history = (dir) => time(node, [MAIN, "history", "--output", "json", "--state-dir", dir]);
const ratio = (run) => median(Array.from({ length: 5 }, () => run().ms / history(join(state, "none")).ms));
const cold = ratio(() => {
  rmSync(join(folder, "index.json"), { force: true });
  return history(folder);
});
const warm = ratio(() => history(folder));
report("history of 5,000, first", cold.toFixed(1), "x of none");
report("history of 5,000, with its index", warm.toFixed(2), "x of none", 3);
rmSync(folder, { recursive: true });

function journalOf(execution) {
  const at = "2026-04-10T12:00:00.000Z";
  const frame = { at, execution };
  const step = { ...frame, step: "revert", phase: "do" };
  const target = { name: "t", cluster: "c", service: "s", database: "d", production: false };
  const runbook = { id: "rollback-service", source: "rollback-service", sha256: "", text: "x".repeat(12_000) };
  const caller = { account: "111122223333", arn: "arn:aws:iam::111122223333:user/b" };
  const events = [
    {
      type: "execution.started",
      schemaVersion: 1,
      ...frame,
      runbook,
      inputs: {},
      target,
      caller,
      operator: "b",
      host: "b",
      version: "0",
    },
    ...Array.from({ length: 20 }, (_, n) => ({
      type: "step.verified",
      ...step,
      step: `s${n}`,
      text: "y".repeat((BYTES - 14_000) / 20),
      outputs: {},
    })),
    { type: "execution.ended", ...frame, status: "done", exitCode: 0, text: "done", next: [] },
  ];
  let prev = "";
  return events
    .map((event, index) => {
      const body = `{"n":${index + 1},"prev":"${prev}",${JSON.stringify(event).slice(1, -1)}`;
      prev = createHash("sha256").update(body).digest("hex").slice(0, 16);
      return `${body},"sum":"${prev}"}\n`;
    })
    .join("");
}
