import { OpsError } from "../../domain/error.ts";
import { block, ok } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { HeldText } from "../../domain/secret-source.ts";
import type { DoctorCheck } from "../doctor-subject.ts";

/**
 * Whether the secrets that the target's settings name can be read. That a secret is there (DescribeSecret) says nothing of
 * the right to its value, of its key or of its form: so it is read, as a run reads it, and dropped.
 */
export const secrets: DoctorCheck = {
  id: "secrets",
  question: "Secrets",
  run: ({ held: { databaseUrl, adminToken } }) =>
    Promise.all(
      [databaseUrl, adminToken].flatMap((held) =>
        held === undefined || held.known !== undefined ? [] : [tried(held)],
      ),
    ),
};

const tried = ({ by, read }: HeldText): Promise<Finding> =>
  read().then(
    () => ok("secret-read", `${by} can be read`),
    (error: unknown) => {
      if (!(error instanceof OpsError)) throw error;
      return block("secret-unread", error.message, error.detail.next ?? []);
    },
  );
