import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Who AWS says is calling, by the address that is asked: the sandbox knows one principal alone. */
export interface Callers {
  /** For `AWS_ENDPOINT_URL_STS`. */
  urlOf(person: string): string;
  close(): void;
}

export async function startCallers(account = "111122223333"): Promise<Callers> {
  const server = createServer(({ url = "" }, response) => {
    const arn = `arn:aws:sts::${account}:assumed-role/Ops/${url.split("/")[1]}`;
    const identity = `<GetCallerIdentityResult><Arn>${arn}</Arn><Account>${account}</Account></GetCallerIdentityResult>`;
    const text = `<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`;
    response.writeHead(200, { "content-type": "text/xml" }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { urlOf: (person) => `http://127.0.0.1:${port}/${person}`, close: () => void server.close() };
}
