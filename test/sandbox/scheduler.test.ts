import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { GetCalendarStateCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRig, type Rig } from "../support/sandbox-harness.ts";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:vulcan-prod-alerts";
const RoleArn = "arn:aws:iam::111122223333:role/scheduler";

let rig: Rig;
let client: SchedulerClient;
beforeAll(async () => {
  rig = await openRig("healthy");
  client = new SchedulerClient({ maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await rig.close();
});

const schedule = (Name: string, inMs: number, more: object = {}) =>
  new CreateScheduleCommand({
    Name,
    ScheduleExpression: `at(${new Date(rig.sandbox.now() + inMs).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: "OFF" },
    ActionAfterCompletion: "DELETE",
    Target: { Arn: TOPIC, RoleArn, Input: `no end: ${Name}` },
    ...more,
  });

it("a schedule publishes at its time, once, and deletes itself; one that was deleted says nothing", async () => {
  const { ScheduleArn } = await client.send(schedule("vulcan-ops-a", 120_000, { ClientToken: "t" }));
  expect(ScheduleArn).toBe("arn:aws:scheduler:eu-west-1:111122223333:schedule/default/vulcan-ops-a");
  expect(await client.send(schedule("vulcan-ops-a", 120_000, { ClientToken: "t" }))).toMatchObject({ ScheduleArn });
  await expect(client.send(schedule("vulcan-ops-a", 1))).rejects.toMatchObject({ name: "ConflictException" });
  await client.send(schedule("vulcan-ops-b", 120_000));
  await client.send(new DeleteScheduleCommand({ Name: "vulcan-ops-b" }));
  expect(await client.send(new GetScheduleCommand({ Name: "vulcan-ops-a" }))).toMatchObject({
    State: "ENABLED",
    ScheduleExpressionTimezone: "UTC",
    Target: { Arn: TOPIC, RoleArn },
  });
  await expect
    .poll(() => rig.sandbox.state().published.map(({ message }) => message))
    .toEqual(["no end: vulcan-ops-a"]);
  const gone = { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } };
  await expect(client.send(new GetScheduleCommand({ Name: "vulcan-ops-a" }))).rejects.toMatchObject(gone);
  await expect(client.send(new DeleteScheduleCommand({ Name: "vulcan-ops-b" }))).rejects.toMatchObject(gone);
  await expect(client.send(schedule("vulcan-ops-c", 1, { ScheduleExpression: "soon" }))).rejects.toMatchObject({
    name: "ValidationException",
  });
});

it("a calendar tells its state at a moment, and when that changes", async () => {
  const ssm = new SSMClient({ maxAttempts: 1 });
  const state = (CalendarNames: string[], AtTime?: string) =>
    ssm.send(new GetCalendarStateCommand({ CalendarNames, ...(AtTime && { AtTime }) }));
  expect(await state(["vulcan-changes"])).toMatchObject({ State: "OPEN" });
  const closed = await state(["vulcan-changes", "arn:aws:ssm:eu-west-1:111122223333:document/vulcan-freeze"]);
  expect(closed).toMatchObject({ State: "CLOSED", NextTransitionTime: expect.any(String) });
  expect(await state(["vulcan-freeze"], closed.NextTransitionTime)).toMatchObject({ State: "OPEN" });
  await expect(state(["none"])).rejects.toMatchObject({ name: "InvalidDocument" });
  ssm.destroy();
});
