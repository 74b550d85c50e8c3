import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A proxy before the sandbox that shows what AWS's eventual consistency allows: as many of the next reads of a service
 * as a test wants are answered with the body from before its UpdateService.
 */
export async function staleProxy(upstream: string) {
  let before: Answer | undefined;
  let isUpdated = false;
  let wanted = 0;
  const server = createServer((asked, response) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("end", () => {
      const operation = String(asked.headers["x-amz-target"] ?? "").split(".")[1];
      const answer = ({ status, headers, body }: Answer): void => void response.writeHead(status, headers).end(body);
      const onAnswer = (fresh: Answer): void => {
        if (operation === "UpdateService") isUpdated = true;
        const isRead = operation === "DescribeServices";
        if (isRead && !isUpdated) before = fresh;
        const isStale = isRead && isUpdated && wanted > 0;
        if (isStale) wanted--;
        answer(isStale && before !== undefined ? before : fresh);
      };
      const { method, headers } = asked;
      const onward = request(new URL(asked.url ?? "/", upstream), { method, headers }, (from) => {
        const bodies: Buffer[] = [];
        from.on("data", (part: Buffer) => bodies.push(part));
        from.on("end", () =>
          onAnswer({ status: from.statusCode ?? 502, headers: from.headers, body: Buffer.concat(bodies) }),
        );
      });
      onward.on("error", () => response.destroy());
      onward.end(Buffer.concat(parts));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** So many of the reads from now on are stale. */
    want: (count: number): void => {
      wanted = count;
    },
    left: () => wanted,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
