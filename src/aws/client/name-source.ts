import type { Watchable } from "./request-recorder.ts";

const PROFILE = Symbol("profile");

type Next = (args: unknown) => Promise<unknown>;

/** Each error of this client knows the profile that was given for it, so that it can say what to type next. */
export function nameProfile(client: Watchable, profile: string): void {
  const middleware = (next: Next) => (args: unknown) =>
    next(args).catch((error: unknown) => {
      throw typeof error === "object" && error !== null ? Object.assign(error, { [PROFILE]: profile }) : error;
    });
  client.middlewareStack.add(middleware, { name: "nameProfile", step: "initialize", priority: "high" });
}

export const profileOf = (error: object): string | undefined => (error as { readonly [PROFILE]?: string })[PROFILE];
