import type { ContainerOutcome, ContainerShell } from "../domain/container-shell.ts";
import { OpsError } from "../domain/error.ts";
import { EXIT } from "../domain/exit-codes.ts";
import type { MigrationAnswer } from "../domain/migrations/applied.ts";
import { redactText } from "../domain/redact.ts";
import { sanitise } from "../domain/sanitise.ts";
import { migrationsIn } from "./admin-api.ts";

/** The shell in the container knows the token, so the token is in neither the command nor CloudTrail. */
const SCRIPT =
  'exec curl -fsS -m 5 -H "Authorization: Bearer $VULCAN_ADMIN_TOKEN" http://localhost:8080/api/v1/admin/migrations';

/** Reads the documented admin API from within the container, for a Vulcan that has no `migrate status`. */
export async function migrationsByCurl(
  shell: Pick<ContainerShell, "run">,
  place: string,
  signal: AbortSignal,
): Promise<MigrationAnswer> {
  const outcome = await shell.run(["/bin/sh", "-c", SCRIPT], { signal });
  const isAnswer = outcome.kind === "exited" && outcome.code === 0;
  const applied = isAnswer ? migrationsIn(new TextDecoder().decode(outcome.output.bytes)) : undefined;
  if (applied !== undefined) return { applied, place: `${place}, by curl` };
  throw new OpsError({
    code: "migrate-status-absent",
    exitCode: EXIT.failed,
    fault: "remote",
    effect: "none",
    message: `${place}: this Vulcan has no \`migrate status\`, and ${why(outcome)}`,
    next: ["ask another: --from api (adminUrl, VULCAN_ADMIN_TOKEN) or --from sql (VULCAN_DATABASE_URL)"],
  });
}

function why(outcome: ContainerOutcome): string {
  if (outcome.kind === "unknown") return `curl in it was lost: ${outcome.why}`;
  if (outcome.code === 127) return "it has no curl to ask the admin API with";
  if (outcome.code === 0) return "its admin API answered curl with something that is no list of migrations";
  const lastLine = redactText(sanitise(outcome.output.text.trimEnd().split("\n").at(-1) ?? "", { most: 200 }));
  return `curl to its admin API ended with exit code ${outcome.code}${lastLine === "" ? "" : `: ${lastLine}`}`;
}
