import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Rules, rewritingProxy } from "../support/rewriting-proxy.ts";
import { sample } from "../support/sample.ts";
import { type Outcome, openRig, type Rig, vulcanOps } from "../support/sandbox-harness.ts";
import { deaf, endless, SERVER_FAULTS } from "../support/server-faults.ts";

let rig: Rig;
let proxy: Awaited<ReturnType<typeof rewritingProxy>>;
beforeAll(async () => {
  rig = await openRig("bad-but-healthy", 300);
  proxy = await rewritingProxy(rig.sandbox.endpoint);
  process.env.AWS_ENDPOINT_URL = proxy.url;
});
afterAll(async () => {
  await proxy.close();
  await rig.close();
});

const BACK = ["rollback", "--to", "42"];
const NOW = [...BACK, "--yes", "--confirm", "42", "--expect-current", "43"];
const COMMANDS = {
  status: ["status"],
  doctor: ["doctor"],
  "rollback --dry-run": [...BACK, "--dry-run"],
  rollback: NOW,
  /** The fault begins once the request has been sent. */
  "rollback, sent": NOW,
  "migrate status": ["migrate", "status"],
  "migrate down --dry-run": ["migrate", "down", "1", "--dry-run"],
  "restore --dry-run": ["restore", "--latest", "--dry-run"],
  "maintenance --dry-run": ["maintenance", "--to", "42", "--dry-run"],
  watch: ["watch", "--for", "5m"],
  history: ["history"],
  "plan --all --dry-run=read": ["plan", "--all", "--dry-run=read"],
} as const;
type Name = keyof typeof COMMANDS;

const FINE = {
  status: "0",
  doctor: "0",
  "rollback --dry-run": "0",
  rollback: "0",
  "rollback, sent": "0",
  "migrate status": "0",
  "migrate down --dry-run": "0",
  "restore --dry-run": "0",
  "maintenance --dry-run": "0",
  watch: "10",
  history: "0",
  "plan --all --dry-run=read": "0",
} as const;

/** Nothing can be read of AWS: only what needs no answer of it ends well. */
const unread = (reason: string) => ({
  status: `1 ${reason}`,
  doctor: "11",
  "rollback --dry-run": `1 ${reason}`,
  rollback: `1 ${reason}`,
  "rollback, sent": "7 not-visible",
  // By SQL.
  "migrate status": "0",
  "migrate down --dry-run": `1 ${reason}`,
  "restore --dry-run": `1 ${reason}`,
  "maintenance --dry-run": `1 ${reason}`,
  watch: `1 ${reason}`,
  history: "0",
  "plan --all --dry-run=read": `1 ${reason}`,
});

/** Exit code, and the reason that the screen gives for it. */
const EXPECTED: Readonly<Record<string, Readonly<Record<Name, string>>>> = {
  "500 as HTML": unread("aws-broken"),
  "throttling for ever": unread("aws-throttled"),
  "truncated bodies": { ...unread("aws-broken"), "rollback, sent": "7 aws-broken" },
  "a hanging connection": { ...unread("aws-silent"), status: "1 late" },
  "other order of lists": FINE,
  // A container is checked, and no task's health is known: it is not entered.
  "no optional members": { ...FINE, "migrate down --dry-run": "11 exec-no-healthy-task" },
  "200 that changes nothing": { ...FINE, rollback: "7 not-visible", "rollback, sent": "7 not-visible" },
  "a rollout without an end": { ...FINE, rollback: "7 still-in-progress", "rollback, sent": "7 still-in-progress" },
};

/** Not who asks, and not the shared lock, which is advisory. */
const isFaulty = (operation: string) => operation !== "GetCallerIdentity" && !operation.endsWith("Parameter");

function rulesOf(fault: string, name: Name): Rules {
  if (fault === "200 that changes nothing") return deaf();
  const isLater = name === "rollback, sent" || fault === "a rollout without an end";
  let isOn = !isLater;
  const on = (operation: string) => isOn && isFaulty(operation);
  const rules =
    fault === "a rollout without an end" ? endless(on) : (SERVER_FAULTS[fault] as (typeof SERVER_FAULTS)[string])(on);
  return {
    ...rules,
    rewrite(operation, text, body) {
      const answer = rules.rewrite?.(operation, text, body) ?? text;
      isOn ||= operation === "UpdateService";
      return answer;
    },
  };
}

const reasonOf = ({ code, stdout, stderr }: Outcome): string => {
  const [, atEnd, inError] =
    /(?:Exit +\d+: [^\n]*\[([\w-]+)\]|\[([\w-]+), exit \d+\])/.exec(`${stdout}\n${stderr}`) ?? [];
  return [code, atEnd ?? inError ?? ""].filter((part) => part !== "").join(" ");
};

/** Words of the SDK, of Node and of JavaScript. */
const RAW =
  /TimeoutError|SyntaxError|TypeError|Deserialization|UnknownError|@smithy|\$metadata|socket hang up|<!DOCTYPE|\bundefined\b|\bNaN\b|\[internal\]/;

/** One entry of the log, with the rows below it. */
const WAIT = /^(\d\d:\d\d:\d\dZ) +(?:… )?WAIT +(.*(?:\n {21}.*)*)$/gm;

/** Entries of a wait that say the same, but for the time that goes by, and come within a minute. */
function tooOften(log: string): readonly string[] {
  const entries = [...log.matchAll(WAIT)].map(([, at, text = ""]) => ({
    at: Date.parse(`2026-01-01T${at}`),
    text: text.replace(/\b\d+ (?:d|h|min|s)\b|\d\d:\d\d:\d\dZ/g, ""),
  }));
  return entries.flatMap(({ at, text }, index) => {
    const before = entries.slice(0, index).findLast((entry) => entry.text === text);
    return before !== undefined && at >= before.at && at - before.at < 59_000 ? [text] : [];
  });
}

/** Simulated, of the machine: three tries of ten seconds, and what watches in minutes of a world 300 times as fast. */
const LONGEST_MS = 300_000;

const CASES = [...Object.keys(SERVER_FAULTS), "200 that changes nothing", "a rollout without an end"].flatMap((fault) =>
  (Object.keys(COMMANDS) as Name[]).map((name) => ({ fault, name })),
);

describe("what a server does wrong", () => {
  it.each(sample(CASES, 9))("$fault × $name", async ({ fault, name }) => {
    await rig.sandbox.reset("bad-but-healthy");
    proxy.use(rulesOf(fault, name));
    const begun = Date.now();
    const hasState = !/^(migrate status|watch|plan)/.test(name);
    const words = [...COMMANDS[name], ...(hasState ? ["--state-dir", rig.stateDir] : [])];
    const outcome = await vulcanOps(words, { columns: 300 });
    const said = `${outcome.stdout}\n${outcome.stderr}`;
    expect(reasonOf(outcome), said).toBe(EXPECTED[fault]?.[name]);
    expect(Date.now() - begun).toBeLessThan(LONGEST_MS);
    expect(said).not.toMatch(RAW);
    expect(tooOften(said)).toEqual([]);
  });
});
