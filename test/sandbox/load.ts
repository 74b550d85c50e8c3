import { Agent, get } from "node:http";

export interface Load {
  /** Ends the stream and waits for the answers still out. */
  stop(): Promise<{
    readonly sent: number;
    readonly failures: readonly string[];
    readonly revisions: ReadonlySet<string>;
  }>;
}

/** A steady stream of requests, `perSecond` of them, whatever becomes of the earlier ones. */
export function startLoad(url: string, perSecond: number): Load {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  const revisions = new Set<string>();
  const open = new Set<Promise<void>>();
  const begun = Date.now();
  let sent = 0;
  const fire = (): void => {
    sent++;
    const one = ask(url, agent).then(
      ({ status, body }) => {
        if (status === 200) revisions.add(String(JSON.parse(body).revision));
        else failures.push(`${status} ${body.slice(0, 100)}`);
      },
      (error: unknown) => {
        failures.push(String(error));
      },
    );
    open.add(one);
    void one.finally(() => open.delete(one));
  };
  // A late timer catches up, so that the rate is kept on a busy machine.
  const timer = setInterval(() => {
    while (sent < ((Date.now() - begun) * perSecond) / 1000) fire();
  }, 5);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      return { sent, failures, revisions };
    },
  };
}

export function ask(url: string, agent?: Agent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, agent === undefined ? {} : { agent }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}
