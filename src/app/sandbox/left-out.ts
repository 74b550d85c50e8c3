import { notInExecutable } from "../../domain/not-in-executable.ts";

/** What the build of the single executable puts in place of the sandbox: every door to it says where it is. */
function leftOut(): never {
  throw notInExecutable("a sandbox is needed here");
}

export const startSandbox = leftOut;
export const readTimings = leftOut;
export const faultKinds = leftOut;
export const timings = leftOut;
export const scenarios = leftOut;
