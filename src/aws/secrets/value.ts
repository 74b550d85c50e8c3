import { OpsError } from "../../domain/error.ts";
import { EXIT } from "../../domain/exit-codes.ts";
import type { Clients } from "../client/clients.ts";
import { translateRead } from "../client/errors.ts";

/**
 * The text of a secret (`GetSecretValue`), in the region that its ARN names. It is handed to who sends with it and kept
 * nowhere. Throws OpsError, without the secret.
 */
export async function readSecretText(clients: Clients, arn: string): Promise<string> {
  const region = arn.split(":")[3];
  const own = region === undefined || region === "" ? clients : clients.in(region);
  const [client, { GetSecretValueCommand }] = await Promise.all([own.secrets(), import("../sdk/secrets.ts")]);
  const answer = await client.send(new GetSecretValueCommand({ SecretId: arn })).catch((failure: unknown) => {
    throw translateRead(failure, "secretsmanager:GetSecretValue");
  });
  const text = answer.SecretString?.trim();
  if (text) return text;
  throw new OpsError({
    code: "secret-empty",
    exitCode: EXIT.failed,
    fault: "operator",
    message: "the secret has no text",
  });
}
