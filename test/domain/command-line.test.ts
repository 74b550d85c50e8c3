import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocument } from "../../src/app/open-runbook.ts";
import { encryptedError } from "../../src/aws/ecs-exec/api.ts";
import { judgeAlarms } from "../../src/checks/alarms/documented-alarms.ts";
import { judgeMutes } from "../../src/checks/deployment/after-maintenance.ts";
import { foreignController } from "../../src/checks/deployment/controller.ts";
import { judgeFolder } from "../../src/checks/doctor/state-dir.ts";
import { repeatOptions } from "../../src/cli/options.ts";
import { TARGET_OPTIONS } from "../../src/cli/shared-options.ts";
import type { AlarmRule } from "../../src/domain/aws/alarms.ts";
import type { Service } from "../../src/domain/aws/ecs.ts";
import { commandLine, option, shellWord } from "../../src/domain/command-line.ts";
import { OpsError } from "../../src/domain/error.ts";
import { targetLockedError } from "../../src/domain/lock.ts";
import { unfinishedOn } from "../../src/domain/status/unfinished.ts";
import type { Target } from "../../src/domain/target.ts";
import { hostile, wordsOf } from "../support/shell-words.ts";

describe("a command line", () => {
  it.each([
    ["vulcan-prod:42", "vulcan-prod:42"],
    ["a=b,c@d%e+f", "a=b,c@d%e+f"],
    ["=ls", "'=ls'"],
    ["~", "'~'"],
    ["*", "'*'"],
    ["a b", "'a b'"],
    ["!x", "'!x'"],
    ["{a,b}", "'{a,b}'"],
    ["", "''"],
  ])("quotes %s only where it has to be: %s", (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  it("leaves nothing behind where there are no words", () => {
    expect(commandLine`vulcan-ops doctor ${[]} ${option("state-dir", "a b")} ${[]}`).toBe(
      "vulcan-ops doctor --state-dir 'a b'",
    );
  });

  it("ties a value that begins like an option to its own", () => {
    expect(commandLine`aws x --name ${"-y"} ${option("to", "-15m")} ${"-z"}`).toBe("aws x --name=-y --to=-15m -z");
  });
});

/** What each place prints about a thing of that name, and the words that it has to be. */
const PLACES: Readonly<Record<string, (name: string) => Promise<readonly [string | undefined, readonly string[]]>>> = {
  "an alarm": async (name) => {
    const alarm: AlarmRule = {
      name,
      metric: "HealthyHostCount",
      of: ["group"],
      actionsEnabled: false,
      actions: ["arn:aws:sns:eu-west-1:111122223333:on-call"],
      threshold: 1,
    };
    const words = ["aws", "cloudwatch", "enable-alarm-actions", ...option("alarm-names", name)];
    return [judgeAlarms([alarm], ["group"], "db").find(({ next }) => next !== undefined)?.next?.[0], words];
  },
  "a mute rule": async (name) => {
    const [found] = judgeMutes([{ name } as Parameters<typeof judgeMutes>[0][number]]);
    return [found?.next?.[0], ["aws", "cloudwatch", "delete-alarm-mute-rule", ...option("alarm-mute-rule-name", name)]];
  },
  "a service": async (name) => {
    const known = <T>(value: T) => ({ known: true, value }) as const;
    const found = unfinishedOn({
      target: { cluster: "c" } as Target,
      leftovers: known([]),
      muteRules: known([{ name: "rule", status: "ACTIVE", size: 3 }]),
      service: known({ name, desired: 1 }),
    });
    const service = option("service", name);
    return [found[1]?.command, ["aws", "ecs", "update-service", "--cluster", "c", ...service, "--desired-count", "3"]];
  },
  "a service of a foreign controller": async (name) => {
    const [found] = foreignController({ name, controller: "ECS", strategy: "BLUE_GREEN" } as Service);
    const words = ["aws", "ecs", "list-service-deployments", "--cluster", "CLUSTER", ...option("service", name)];
    return [found?.next?.[0], [...words, "--status", "IN_PROGRESS"]];
  },
  "a cluster": async (name) => {
    const { next } = encryptedError({ cluster: name, task: "t", container: "c" }).detail;
    const words = ["aws", "ecs", "describe-clusters", ...option("clusters", name), "--include", "CONFIGURATIONS"];
    return [next?.at(-1)?.replace(/^.*?: (?=aws )/s, ""), words];
  },
  "a state folder": async (name) => {
    const folder = { exists: true, isDirectory: true, isOwn: true, mode: 0o777, isWritable: true };
    return [judgeFolder(`/${name}`, folder).next?.[0], ["chmod", "700", `/${name}`]];
  },
  "a runbook's file": async (name) => {
    const error = await readDocument("", name).catch((thrown: unknown) => thrown);
    const path = name.startsWith("-") ? `./${name}` : name;
    return [error instanceof OpsError ? error.detail.next?.[0] : undefined, ["vulcan-ops", "check", path]];
  },
  "an execution": async (name) => {
    const holder = { execution: name, command: "c", operator: "o", host: "h", since: "s" };
    return [targetLockedError(holder).detail.next?.[1], ["vulcan-ops", "unlock", name]];
  },
  "a flag": async (name) => [
    commandLine`vulcan-ops watch ${repeatOptions(TARGET_OPTIONS, { target: name })}`,
    ["vulcan-ops", "watch", ...option("target", name)],
  ],
};

describe("a printed command", () => {
  it.each(Object.keys(PLACES))("keeps the name of %s one word, whatever it holds", async (place) => {
    const says = PLACES[place] as (typeof PLACES)[string];
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 100, maxLength: 100 }), async (names) => {
        const said = await Promise.all(["a;touch PWNED;#", "$(id)", "-x", ...names].map(says));
        expect(wordsOf(said.map(([line]) => line ?? ""))).toEqual(said.map(([, words]) => words));
      }),
      { numRuns: 3 },
    );
  });
});
