import assert from "node:assert/strict";
import { fleetMachine } from "../../src/domain/fleet/machine/machine.ts";

const SUBSTITUTIONS = {
  Table: "vulcan-ops-journal",
  Cluster: "ops",
  TaskDefinition: "vulcan-ops-worker",
  Subnets: "subnet-1,subnet-2",
  SecurityGroups: "sg-1",
  AssignPublicIp: "DISABLED",
};

const DAY_SECONDS = 86_400;

/** The machine as CloudFormation would fill it in, for the interpreter. */
export function machineDefinition() {
  const definition = JSON.parse(
    JSON.stringify(fleetMachine()).replace(/\$\{(\w+)\}/g, (_, name) => {
      assert.ok(name in SUBSTITUTIONS, name);
      return SUBSTITUTIONS[name];
    }),
  );
  // The interpreter looks for this path in the task's parameters; the language, in the state's input.
  delete definition.States.Approve.TimeoutSecondsPath;
  // It gives each task a minute, and the language some years.
  for (const task of [definition.States.Approve, definition.States.Targets.ItemProcessor.States.Run])
    task.TimeoutSeconds = DAY_SECONDS;
  return definition;
}
