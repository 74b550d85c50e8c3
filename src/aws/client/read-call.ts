import { sanitiseDeep } from "../../domain/sanitise.ts";
import { translateRead } from "./errors.ts";

/** One read at the boundary: its answer is sanitised, its failure is an OpsError that names the call. */
export type ReadCall = <T>(call: string, read: () => Promise<T>) => Promise<T>;

export const readCall: ReadCall = (call, read) =>
  read().then(sanitiseDeep, (failure: unknown) => {
    throw translateRead(failure, call);
  });
