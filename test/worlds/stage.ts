import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { BRISK } from "../support/stories/cutover.ts";

/** What a world is played in. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** Virtual seconds a second. */
  readonly speed: number;
}

const SPEED = 400;

/** One sandbox for all worlds of a process. The credentials are such that they can be recognised. */
export async function openStage(): Promise<Stage> {
  for (const name of Object.keys(process.env).filter((key) => /^AWS_(?!SDK_)|_proxy$|^REQUESTS_CA_BUNDLE$/i.test(key)))
    delete process.env[name];
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const sandbox: Sandbox = await startSandbox({ scenario: "healthy", speed: SPEED, timings: BRISK });
  Object.assign(process.env, sandbox.env, {
    AWS_SECRET_ACCESS_KEY: "a/secret/key/that/nobody/may/read",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
  return { sandbox, speed: SPEED };
}
