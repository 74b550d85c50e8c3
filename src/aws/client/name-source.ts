import type { CredentialSource } from "../../domain/aws/credential-source.ts";
import type { Watchable } from "./request-recorder.ts";

const SOURCE = Symbol("source of the credentials");

type Next = (args: unknown) => Promise<unknown>;

/** Each error of this client knows where its credentials come from, so that it can say what to type next. */
export function nameSource(client: Watchable, source: () => CredentialSource | undefined): void {
  const middleware = (next: Next) => (args: unknown) =>
    next(args).catch((error: unknown) => {
      throw typeof error === "object" && error !== null ? Object.assign(error, { [SOURCE]: source() }) : error;
    });
  client.middlewareStack.add(middleware, { name: "nameSource", step: "initialize", priority: "high" });
}

export const sourceOf = (error: object): CredentialSource | undefined =>
  (error as { readonly [SOURCE]?: CredentialSource })[SOURCE];
