import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer of the proxy's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** How a proxy before the sandbox differs from it, where the sandbox cannot show a situation. By operation. */
export interface Rules {
  /** The question is taken, and nothing ever comes back. */
  silent?(operation: string): boolean;
  /** Answers in the sandbox's place. */
  own?(operation: string, body: string): OwnAnswer | undefined;
  /** What the client gets instead of this answer. */
  rewrite?(operation: string, text: string, body: string): string;
  /** Half of its answer comes, and then the end of the connection. */
  isCut?(operation: string): boolean;
}

export const json = (value: object, status = 200): OwnAnswer => ({
  status,
  type: "application/x-amz-json-1.1",
  text: JSON.stringify(value),
});

/** An error of a service that speaks Query. */
export const queryError = (code: string, message: string, status = 400): OwnAnswer => ({
  status,
  type: "text/xml",
  text: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>x</RequestId></ErrorResponse>`,
});

/** `rules` may be replaced between two requests. `asked`: the operations, each with its body. */
export async function rewritingProxy(upstream: string) {
  let rules: Rules = {};
  const asked: { readonly operation: string; readonly body: string }[] = [];
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const target = String(incoming.headers["x-amz-target"] ?? "")
        .split(".")
        .at(-1);
      const operation = target || (/(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? "");
      asked.push({ operation, body });
      if (rules.silent?.(operation)) return;
      const own = rules.own?.(operation, body);
      if (own !== undefined) return void outgoing.writeHead(own.status, { "content-type": own.type }).end(own.text);
      const { method } = incoming;
      const headers = { ...incoming.headers, "accept-encoding": "identity" };
      const onward = request(new URL(incoming.url ?? "/", upstream), { method, headers }, (given) => {
        const bodies: Buffer[] = [];
        given.on("data", (part: Buffer) => bodies.push(part));
        given.on("end", () => {
          const text = Buffer.concat(bodies).toString();
          const { "content-length": _, "x-amz-crc32": __, "transfer-encoding": ___, ...rest } = given.headers;
          const changed = rules.rewrite?.(operation, text, body) ?? text;
          outgoing.writeHead(given.statusCode ?? 502, rest);
          if (rules.isCut?.(operation))
            return void outgoing.write(changed.slice(0, changed.length / 2), () => outgoing.destroy());
          outgoing.end(changed);
        });
      });
      onward.on("error", () => outgoing.destroy());
      onward.end(Buffer.concat(parts));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    use: (next: Rules): void => {
      rules = next;
      asked.length = 0;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
