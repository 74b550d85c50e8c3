import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClients, WRITE_ATTEMPTS } from "../../../src/aws/client/clients.ts";
import { createContainerShell } from "../../../src/aws/ecs-exec/container-shell.ts";
import { pluginVia } from "../../../src/aws/ecs-exec/session-manager-plugin.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { sample } from "../../support/sample.ts";
import { refusalOf, runningTasks, sh, shown, useSandbox } from "./support.ts";

let sandbox: Sandbox;
const folder = mkdtempSync(join(tmpdir(), "vulcan-ops-plugin-"));

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: "healthy", speed: 60 });
  useSandbox(sandbox);
  const standIn = join(import.meta.dirname, "..", "..", "support", "stand-in-plugin.mjs");
  chmodSync(standIn, 0o755);
  symlinkSync(standIn, join(folder, "session-manager-plugin"));
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

function shell(path = `${folder}${delimiter}${process.env.PATH}`) {
  const clients = createClients({ region: "eu-west-1" }, WRITE_ATTEMPTS);
  const env = { ...process.env, PATH: path };
  const [task = ""] = runningTasks(sandbox);
  const place = { cluster: "vulcan-prod", task, container: "vulcan" };
  return createContainerShell(
    clients,
    place,
    { now: () => sandbox.now() },
    {},
    pluginVia(clients, { region: "eu-west-1", env }),
  );
}

describe("commands by AWS's plugin", () => {
  it.each(sample([0, 3, 126, 137], 2))(
    "exit code %d comes back, although the plugin itself exits with 0",
    async (code) => {
      const outcome = await shell().run(sh(`printf 'é %s\\n' "$1"; exit ${code}`, "a b"));
      expect(outcome).toMatchObject({ kind: "exited", code });
      expect(shown(outcome)).toBe("é a b\n");
    },
  );

  it("what the plugin itself says is no output", async () => {
    expect(shown(await shell().run(["true"]))).toBe("");
  });

  it("a command that changes something is started once and followed, by whom ever", async () => {
    const argv = sh('echo x >>"$HOME/once"; cat "$HOME/once"');
    await shell().start("plugin-1", argv);
    const first = await shell().attach("plugin-1", argv);
    expect(first).toMatchObject({ kind: "exited", code: 0 });
    expect(await shell().startOrAttach("plugin-1", argv)).toEqual(first);
    expect(first.kind === "exited" && shown(first)).toBe("x\n");
  });

  it("a program that is not there: said so, by the agent's words or its exit code", async () => {
    expect(await shell().run(["no-such-program"])).toMatchObject({ kind: "exited", code: 127 });
  });

  it("without the plugin nothing is started", async () => {
    const before = sandbox.requests().length;
    expect(await refusalOf(shell("/nowhere").run(["true"]))).toMatchObject({
      code: "exec-plugin-missing",
      exitCode: 11,
    });
    expect(
      sandbox
        .requests()
        .slice(before)
        .map(({ operation }) => operation),
    ).not.toContain("ExecuteCommand");
  });
});
