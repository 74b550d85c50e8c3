import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OpsError } from "../../src/domain/error.ts";
import { takeLock } from "../../src/journal/lock-file.ts";

/** What a racing process is told: how often to take the lock, and whether to be killed while it holds the last one. */
export interface RaceOrder {
  readonly dir: string;
  readonly times: number;
  readonly dies: boolean;
  readonly name: string;
}

const { dir, times, dies, name } = JSON.parse(process.argv[2] ?? "") as RaceOrder;
const say = (word: string) => appendFileSync(join(dir, "said"), `${word} ${name}\n`);

while (!existsSync(join(dir, "go"))) await delay(5);
for (let taken = 0; taken < times; ) {
  try {
    const execution = `${name}${taken}`;
    const lock = await takeLock(dir, "target", { execution, command: "race", operator: name, since: "now" });
    say("in");
    await delay(1);
    taken++;
    if (dies && taken === times) process.kill(process.pid, "SIGKILL");
    say("out");
    await lock.release();
  } catch (error) {
    if (!(error instanceof OpsError) || error.exitCode !== 5) throw error;
    await delay(1 + (process.pid % 5));
  }
}
