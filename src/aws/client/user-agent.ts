import type { Watchable } from "./request-recorder.ts";

/** Who sends the requests. CloudTrail keeps it as `userAgent`, so that a request and a journal find each other. */
export interface UserAgent {
  /** Of this program. */
  readonly version: string;
  /** Set as soon as there is one: clients are made before. */
  execution?: string;
}

type Pairs = readonly (readonly [name: string, value: string])[];

type Next = (args: unknown) => Promise<unknown>;

/**
 * `vulcan-ops/VERSION execution/ID` in the user agent of each request, by the sections that the SDK leaves to middleware
 * (`userAgent` of its HandlerExecutionContext).
 */
export function sendUserAgent(client: Watchable, userAgent: UserAgent): void {
  const middleware = (next: Next, context: { userAgent?: Pairs }) => {
    // All requests of one operation share the context.
    const others = context.userAgent ?? [];
    return (args: unknown) => {
      context.userAgent = [...others, ...sections(userAgent)];
      return next(args);
    };
  };
  client.middlewareStack.add(middleware, { name: "sendUserAgent", step: "initialize", priority: "high" });
}

const sections = ({ version, execution }: UserAgent): Pairs => [
  ["vulcan-ops", plain(version)],
  ...(execution === undefined ? [] : [["execution", plain(execution)] as const]),
];

const MOST = 64;

/** A header's value: no character that ends it, or begins another section. */
const plain = (text: string): string => text.slice(0, MOST).replace(/[^\w.-]/g, "-");
