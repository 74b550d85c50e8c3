import type { ModifyDBInstanceCommandInput, RestoreDBInstanceToPointInTimeCommandInput } from "@aws-sdk/client-rds";
import { EXECUTION_TAG } from "../../domain/aws/execution-tag.ts";
import type { Sender } from "../sender.ts";

/** The tag identifies the instance: RDS has no token that stops a second request from making a second instance. */
const restoreToTime: Sender = async (clients, input, key) => {
  const [client, { RestoreDBInstanceToPointInTimeCommand }] = await Promise.all([
    clients.rds(),
    import("../sdk/rds.ts"),
  ]);
  const request = input as unknown as RestoreDBInstanceToPointInTimeCommandInput;
  const { DBInstance, $metadata } = await client.send(
    new RestoreDBInstanceToPointInTimeCommand({
      ...request,
      RestoreTime: new Date(String(input.RestoreTime)),
      Tags: [...(request.Tags ?? []), { Key: EXECUTION_TAG, Value: key }],
    }),
  );
  const { DBInstanceIdentifier: instance = null, DbiResourceId: resource = null } = DBInstance ?? {};
  return { requestId: $metadata.requestId, answer: { instance, resource } };
};

const modifyInstance: Sender = async (clients, input) => {
  const [client, { ModifyDBInstanceCommand }] = await Promise.all([clients.rds(), import("../sdk/rds.ts")]);
  const output = await client.send(new ModifyDBInstanceCommand(input as unknown as ModifyDBInstanceCommandInput));
  return {
    requestId: output.$metadata.requestId,
    answer: { instance: output.DBInstance?.DBInstanceIdentifier ?? null },
  };
};

export const RDS_SENDERS: Readonly<Record<string, Sender>> = {
  "rds:RestoreDBInstanceToPointInTime": restoreToTime,
  "rds:ModifyDBInstance": modifyInstance,
};
