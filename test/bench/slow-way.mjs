// A way to a sandbox on which each call takes a given time, and what went that way.
import { createServer, request as send } from "node:http";
import { performance } from "node:perf_hooks";

/** `env`: the sandbox's. The same variables with the slow address, the calls so far, and how to end it. */
export async function slowWay(env, ms) {
  const to = new URL(env.AWS_ENDPOINT_URL);
  const calls = [];
  const server = createServer((request, response) => {
    const parts = [];
    const call = { begun: performance.now() };
    calls.push(call);
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      Object.assign(call, operationOf(request, String(body)));
      setTimeout(() => pass(body), ms);
    });
    const pass = (body) => {
      const { method, url: path, headers } = request;
      const onward = send({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("end", () => {
          call.ended = performance.now();
        });
      });
      onward.on("error", () => response.destroy());
      onward.end(body);
    };
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const slow = { ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}` };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { env: slow, calls, close };
}

/** The service by which a request is signed, its operation, and its input as it was sent. */
function operationOf({ headers }, body) {
  const [, , , service = ""] = /Credential=([^,]*)/.exec(headers.authorization ?? "")?.[1].split("/") ?? [];
  const target = headers["x-amz-target"];
  return { service, name: target?.split(".").at(-1) ?? new URLSearchParams(body).get("Action") ?? "", body };
}

/** How many calls followed one another, each begun after another's answer: what a slow network makes one wait for. */
export function roundsIn(calls) {
  for (const call of calls) {
    const before = calls.filter(({ ended, round }) => round !== undefined && ended <= call.begun);
    call.round = 1 + Math.max(0, ...before.map(({ round }) => round));
  }
  return Math.max(0, ...calls.map(({ round }) => round));
}
