import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { has, MAIN } from "../support/process.ts";
import { json, queryError, rewritingProxy } from "../support/rewriting-proxy.ts";
import { mutations, openRig, type Rig } from "../support/sandbox-harness.ts";
import { questionOf, startTerminals, type Terminals } from "../ui/tmux.ts";

let rig: Rig;
let terminals: Terminals;
let stateDir: string;
let proxy: Awaited<ReturnType<typeof rewritingProxy>>;

/** What an operator alone knows: which container is the application's, who continues, and that a login is over. */
describe.skipIf(!has("tmux"))("asked at a real terminal", { timeout: 180_000 }, () => {
  beforeAll(async () => {
    rig = await openRig("front-proxy", 60);
    terminals = startTerminals();
    proxy = await rewritingProxy(rig.sandbox.endpoint);
  });
  afterAll(async () => {
    terminals.close();
    await proxy.close();
    await rig.close();
  });
  beforeEach(() => {
    proxy.use({});
    stateDir = mkdtempSync(join(rig.stateDir, "state-"));
  });

  const open = (words: string, env: Readonly<Record<string, string>> = {}) =>
    terminals.open(
      `sh -c 'trap : INT; "${process.execPath}" "${MAIN}" ${words} --state-dir ${stateDir}; echo EXIT=$?'`,
      {
        columns: 110,
        env: {
          ...rig.sandbox.env,
          AWS_ENDPOINT_URL: proxy.url,
          XDG_CONFIG_HOME: rig.stateDir,
          AWS_PROFILE: "",
          ...env,
        },
      },
    );

  describe("which container is the application's", () => {
    beforeEach(() => rig.sandbox.reset("front-proxy"));
    const ASKED = /Which container is the application's\?[\s\S]*Enter takes it/;

    it("Enter stops before anything is sent", async () => {
      const pane = open("migrate down 2");
      expect(await pane.until(ASKED)).toContain("the load balancer names envoy");
      pane.type("Enter");
      expect(await pane.until("EXIT=11")).toContain("--container NAME");
      expect(mutations(rig.sandbox)).toEqual([]);
    });

    it("is asked once in an execution: not at its steps, and not by the resume of what was stopped", async () => {
      const pane = open("migrate down 2");
      await pane.until(ASKED);
      pane.type("Down", "Down", "Enter");
      await pane.until(questionOf(9, 18));
      // Before a write: an execution that has put things back is not resumed.
      pane.type("C-c");
      const stopped = await pane.until("EXIT=130");
      expect(stopped.match(/Which container/g)).toHaveLength(1);
      expect(stopped.replace(/\s+/g, " ")).toContain("container: NAME of the target, in vulcan-ops.yaml");

      const resumed = open("resume --yes --confirm 41");
      const screen = await resumed.until(/Type drop licences\.seats to [^\n]*, q to cancel:/);
      expect(screen).not.toContain("Which container");
      resumed.type("drop licences.seats", "Enter");
      await expect.poll(() => rig.sandbox.state().commands.map(({ container }) => container)).toEqual(["vulcan"]);
      resumed.type("C-c");
      await resumed.until(/EXIT=\d+/);
    });
  });

  describe("who continues an execution", () => {
    beforeEach(() => rig.sandbox.reset("bad-but-healthy"));
    /** Leaves a rollback in the middle: however long the machine takes, the rollout is not seen to complete. */
    async function back(): Promise<void> {
      let isSent = false;
      proxy.use({
        own(operation) {
          if (operation === "UpdateService") isSent = true;
          else if (isSent) return json({ __type: "ThrottlingException", message: "Rate exceeded" }, 400);
          return undefined;
        },
      });
      const pane = open("rollback --to 42 --yes --confirm 42 --expect-current 43");
      await pane.until("UpdateService accepted");
      pane.type("C-c");
      await pane.until("EXIT=130");
      proxy.use({});
    }

    it("another principal types its own name, and sees whose the execution is", { tags: ["variant"] }, async () => {
      await back();
      proxy.use({
        rewrite: (operation, text) =>
          operation === "GetCallerIdentity" ? text.replace(/assumed-role\/operator\/rehearsal/g, "user/bob") : text,
      });
      const pane = open("resume --yes --confirm 42");
      const screen = await pane.until("Type user/bob to continue as it, q to cancel:");
      expect(screen).toMatch(/Record\s+arn:aws:sts::111122223333:assumed-role\/operator\/rehearsal/);
      pane.type("42", "Enter");
      await pane.until(/That is not its name[\s\S]*q to cancel:\s*$/);
      pane.type("user/bob", "Enter");
      await pane.until("resuming execution");
      pane.type("C-c");
      await pane.until(/EXIT=\d+/);
    });

    it("q leaves the execution as it is", async () => {
      await back();
      proxy.use({
        rewrite: (operation, text) =>
          operation === "GetCallerIdentity" ? text.replace(/assumed-role\/operator\/rehearsal/g, "user/bob") : text,
      });
      const pane = open("resume --yes --confirm 42");
      await pane.until("Type user/bob to continue as it, q to cancel:");
      pane.type("q", "Enter");
      await pane.until("EXIT=3");
    });
  });

  describe("credentials that end in the middle", () => {
    beforeEach(() => rig.sandbox.reset("bad-but-healthy"));
    const credentials = () => join(rig.stateDir, "credentials");
    function login(token: string): void {
      const keys = `aws_access_key_id = ${rig.sandbox.env.AWS_ACCESS_KEY_ID}\naws_secret_access_key = x\naws_session_token = ${token}\n`;
      writeFileSync(credentials(), `[corp]\nregion = eu-west-1\n${keys}`);
    }
    const ended = "The security token included in the request is expired";

    it("the run says what to type, waits beside the rollout, and continues once they are there", async () => {
      login("OLD");
      let isOver = false;
      let isSent = false;
      proxy.use({
        own(operation) {
          if (operation === "UpdateService") {
            isSent = true;
            return undefined;
          }
          if (!isSent || isOver) return undefined;
          if (operation === "GetCallerIdentity") return queryError("ExpiredToken", ended, 403);
          return json({ __type: "ExpiredTokenException", message: ended }, 400);
        },
      });
      const pane = open("rollback --to 42 --profile corp --yes --confirm 42 --expect-current 43", {
        AWS_ACCESS_KEY_ID: "",
        AWS_SECRET_ACCESS_KEY: "",
        AWS_SHARED_CREDENTIALS_FILE: credentials(),
      });
      const screen = await pane.until(/The run waits for new credentials[\s\S]*In another shell:/);
      expect(screen).toContain("aws configure --profile corp");
      login("NEW");
      isOver = true;
      await pane.until("Credentials are there again; the run continues.");
      pane.type("C-c");
      await pane.until(/EXIT=\d+/);
      expect(mutations(rig.sandbox).filter((name) => name === "UpdateService")).toHaveLength(1);
    });

    it("Ctrl-C ends the wait, and says how to resume", async () => {
      login("OLD");
      let isSent = false;
      proxy.use({
        own(operation) {
          if (operation === "UpdateService") isSent = true;
          else if (isSent) {
            if (operation === "GetCallerIdentity") return queryError("ExpiredToken", ended, 403);
            return json({ __type: "ExpiredTokenException", message: ended }, 400);
          }
          return undefined;
        },
      });
      const pane = open("rollback --to 42 --profile corp --yes --confirm 42 --expect-current 43", {
        AWS_ACCESS_KEY_ID: "",
        AWS_SECRET_ACCESS_KEY: "",
        AWS_SHARED_CREDENTIALS_FILE: credentials(),
      });
      await pane.until("The run waits for new credentials");
      pane.type("C-c");
      const screen = await pane.until(/EXIT=\d+/);
      expect(screen).toMatch(/vulcan-ops resume/);
      expect(screen).toMatch(/EXIT=(130|4|7)/);
      expect(pane.hasCursor()).toBe(true);
    });
  });
});
