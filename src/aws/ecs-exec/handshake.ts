import { CLIENT_VERSION, json, parsed } from "./message-payload.ts";

/** What is answered to an agent that asks for a handshake, and whether it asked for encryption. */
export interface HandshakeAnswer {
  readonly response: Buffer;
  readonly encrypted: boolean;
}

const STATUS = { done: 1, unsupported: 3 } as const;

/**
 * Without a KMS key agents do not ask at all; either is accepted (`ecs-exec.md` §1, fact 4). A key is refused in the
 * agent's own words, so that it ends the session at once: it starts the command only after a handshake.
 */
export function answerHandshake(request: Buffer): HandshakeAnswer {
  const asked = parsed(request).RequestedClientActions;
  const actions = (Array.isArray(asked) ? asked : []).map((action) => String(action?.ActionType ?? ""));
  const processed = actions.map((ActionType) =>
    ActionType === "SessionType"
      ? { ActionType, ActionStatus: STATUS.done, ActionResult: null, Error: "" }
      : { ActionType, ActionStatus: STATUS.unsupported, ActionResult: null, Error: `Unsupported action ${ActionType}` },
  );
  return {
    response: json({
      ClientVersion: CLIENT_VERSION,
      ProcessedClientActions: processed,
      Errors: processed.map((action) => action.Error).filter((error) => error !== ""),
    }),
    encrypted: actions.includes("KMSEncryption"),
  };
}
