import { afterAll } from "vitest";
import { limitAtLeast } from "../../src/domain/time-limit.ts";

const before = { ...process.env };
const folder = process.cwd();

/** In true time a busy machine is slow. Only a test of the limits themselves takes the usual ones: it clears this. */
process.env.VULCAN_OPS_READ_TIMEOUT = "60";
limitAtLeast(0);

// Files share a process: what one of them sets is not the next one's. A hook that is added first runs last.
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  process.chdir(folder);
});
