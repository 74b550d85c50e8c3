// The built program as operators and tasks start it: a process of its own, with an environment of its own.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Who AWS says is calling, by the path of its address: the sandbox knows one principal alone. `/Ops/ana`: role and session. */
export async function openSts() {
  const server = createServer((request, response) => {
    const arn = `arn:aws:sts::111122223333:assumed-role${request.url.replace(/\/$/, "")}`;
    const identity = `<GetCallerIdentityResult><Arn>${arn}</Arn><Account>111122223333</Account></GetCallerIdentityResult>`;
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(`<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => server.close();
  return { close, variable: (who) => ({ AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${server.address().port}/${who}` }) };
}

/** Starts the program. Its disk is empty, as a new task's is. `ended` is its exit as ECS tells it: 128 and the signal. */
export function startProgram(words, { folder, env }) {
  const home = mkdtempSync(join(folder, "disk-"));
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...{
        PATH: process.env.PATH,
        TMPDIR: process.env.TMPDIR ?? "/tmp",
        HOME: home,
        XDG_STATE_HOME: home,
        COLUMNS: "300",
      },
      ...{ AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", TZ: "UTC" },
      ...env,
    },
  });
  const told = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (text) => {
      told[name] += text;
    });
  const ended = new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ ...told, code: code ?? SIGNALLED[signal] ?? 1 }));
  });
  return { child, ended };
}

const SIGNALLED = { SIGKILL: 137, SIGTERM: 143 };
