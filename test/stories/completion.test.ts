import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellScript } from "../../src/cli/shell-completion.ts";
import { keepLastReads, placeOfReads, readLastReads } from "../../src/journal/last-reads.ts";
import { MAIN } from "../support/process.ts";
import { NO_TMUX, startTerminals, type Terminals } from "../ui/tmux.ts";

/** Each shell reads the script that the program prints; a person types, and presses Tab. */
let folder: string;
let terminals: Terminals;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vulcan-ops-completion-"));
  for (const name of ["bin", "state/vulcan-ops/executions", "project/runbooks", "config/vulcan-ops"])
    mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(MAIN, join(folder, "bin/vulcan-ops"));
  writeFileSync(join(folder, "project/runbooks/quiet-restart.yaml"), RUNBOOK);
  writeFileSync(
    join(folder, "project/vulcan-ops.yaml"),
    'schemaVersion: "1"\ndefaultTarget: prod\ntargets: {prod: {}, staging: {}}\n',
  );
  // A journal of all targets is asked nothing.
  writeFileSync(
    join(folder, "config/vulcan-ops/vulcan-ops.yaml"),
    'schemaVersion: "1"\njournal: dynamodb://ops?region=eu-central-1\ntargets: {aside: {}}\n',
  );
  keepLastReads(stateDir(), placeOfReads("prod", undefined), { taskDefinitions: ["web:41"], migrations: [8] });
  keepLastReads(stateDir(), placeOfReads("staging", undefined), { taskDefinitions: ["web:137"] });
  if (NO_TMUX === undefined) terminals = startTerminals();
});
afterAll(async () => {
  terminals?.close();
  // A shell that ends may still write there: all is removed again until nothing is left.
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

const RUNBOOK = `schemaVersion: "1"
id: quiet-restart
title: Restart the service
description: At night.
inputs:
  ticket: {type: string, required: false, description: Why.}
steps:
  - {id: restart, title: Restart the service, action: ecs.restartService}
`;

const stateDir = () => join(folder, "state/vulcan-ops");

const START: Readonly<Record<string, string>> = {
  bash: "bash --norc --noprofile -i",
  zsh: "zsh -f -i",
  fish: "fish --no-config -i",
};

const BEFORE: Readonly<Record<string, string>> = { bash: "", zsh: "autoload -U compinit; compinit -u -D; ", fish: "" };

const lacks = (shell: string): string | undefined =>
  NO_TMUX ?? (spawnSync(shell, ["-c", "true"]).status === 0 ? undefined : `${shell} is not installed`);

describe.each(["bash", "zsh", "fish"] as const)("in %s", (shell) => {
  const why = lacks(shell);

  it.skipIf(why !== undefined)(
    `Tab completes commands, flags, and values that only this machine knows ${why ?? ""}`,
    async () => {
      const script = join(folder, `completion.${shell}`);
      writeFileSync(script, shellScript(shell));
      const env = {
        PATH: `${join(folder, "bin")}:${process.env.PATH}`,
        XDG_STATE_HOME: join(folder, "state"),
        XDG_CONFIG_HOME: join(folder, "config"),
        HOME: folder,
        // A shell that ends would write its history while the folder is being removed.
        ...{ HISTFILE: "/dev/null", fish_history: "" },
        // A call to AWS would have to go here, where nothing listens.
        AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      };
      const pane = terminals.open(START[shell] ?? shell, { env, columns: 110 });
      pane.type(`${BEFORE[shell]}cd ${join(folder, "project")}; source ${script}; echo RE""ADY`, "Enter");
      await pane.until("READY");
      const completes = async (typed: string, whole: string) => {
        pane.type("-l", typed);
        await pane.until(typed);
        pane.type("Tab");
        await pane.until(whole);
        pane.type("C-u");
      };
      await completes("vulcan-ops rollb", "vulcan-ops rollback ");
      await completes("vulcan-ops rollback --forc", "--force-further ");
      await completes("vulcan-ops rollback --to ", "--to 41");
      await completes("vulcan-ops rollback --target stag", "--target staging ");
      await completes("vulcan-ops status --target as", "--target aside ");
      await completes("vulcan-ops rollback --target staging --to=", "--to=137");
      await completes("vulcan-ops rehearse quiet", "rehearse quiet-restart ");
      await completes("vulcan-ops run quiet-restart --input ti", "--input ticket=");
      await completes("vulcan-ops run rollback-service --input by=upd", "by=update ");
    },
  );
});

it("keeps what the last reads named, where there is a state folder, and never trusts the file", () => {
  const place = placeOfReads("prod", undefined);
  keepLastReads(stateDir(), place, { taskDefinitions: ["web:42", "web:41"] });
  expect(readLastReads(stateDir())[place]).toEqual({ taskDefinitions: ["web:42", "web:41"], migrations: [8] });
  keepLastReads(join(folder, "nowhere"), place, { migrations: [1] });
  keepLastReads(join(folder, "project/vulcan-ops.yaml"), place, { migrations: [1] });
  expect(readLastReads(join(folder, "nowhere"))).toEqual({});
  writeFileSync(
    join(stateDir(), "last-reads.json"),
    '{"prod aws": {"taskDefinitions": [1, "web:9"], "migrations": null}}',
  );
  expect(readLastReads(stateDir())[place]).toEqual({ taskDefinitions: ["web:9"], migrations: [] });
});
