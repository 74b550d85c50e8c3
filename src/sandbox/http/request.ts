import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const inflate = promisify(gunzip);

/** Maximum size of a body, before and after inflation. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The whole body as text, inflated when the client compressed it. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error("request body too large");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (request.headers["content-encoding"] !== "gzip") return body.toString("utf8");
  return (await inflate(body, { maxOutputLength: MOST_BYTES })).toString("utf8");
}

/** A header's first value. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The service name a SigV4 signature was made for, from `Credential=KEY/DATE/REGION/SERVICE/aws4_request`. */
export function signedFor(request: IncomingMessage): string | undefined {
  return /Credential=[^/,]+\/\d+\/[^/]+\/([^/]+)\//.exec(header(request, "authorization") ?? "")?.[1];
}
