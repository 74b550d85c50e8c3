import { CLIENT_VERSION, json, parsed } from "./message-payload.ts";

/** The answer to an agent's handshake request, and whether the agent asked for encryption. */
export interface HandshakeAnswer {
  readonly response: Buffer;
  readonly encrypted: boolean;
}

const STATUS = { done: 1, unsupported: 3 } as const;

/**
 * Without a KMS key, agents request no handshake; we accept both cases (`ecs-exec.md` §1, fact 4). We refuse a key in
 * the agent's own terms, so that it ends the session at once: it starts the command only after a handshake.
 */
export function answerHandshake(request: Buffer): HandshakeAnswer {
  const requested = parsed(request).RequestedClientActions;
  const actions = (Array.isArray(requested) ? requested : []).map((action) => String(action?.ActionType ?? ""));
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
