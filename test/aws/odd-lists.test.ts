import { beforeEach, describe, expect, it } from "vitest";
import { createClients } from "../../src/aws/client/clients.ts";
import { createReads } from "../../src/aws/reads.ts";
import { answerJson, useOwnEndpoint } from "./own-endpoint.ts";

/** A server of AWS's protocol whose answers are well formed and make no sense together. */
let answers: Readonly<Record<string, object>> = {};
let asked = 0;
useOwnEndpoint(({ operation }, response) => {
  asked++;
  // A client that asks for page after page would never end.
  if (asked > 50) return void response.destroy();
  answerJson(response, answers[operation] ?? {});
});
beforeEach(() => {
  asked = 0;
});

const { ecs } = createReads(createClients({ region: "eu-west-1" }, 1));
const TASK = "arn:aws:ecs:eu-west-1:111122223333:task/blue/0123456789abcdef";
const task = (more: object = {}) => ({
  taskArn: TASK,
  taskDefinitionArn: "arn:aws:ecs:eu-west-1:111122223333:task-definition/vulcan-prod:42",
  lastStatus: "RUNNING",
  ...more,
});

const READS = {
  ListTasks: { read: () => ecs.tasks("blue", "web", "RUNNING"), list: "taskArns" },
  ListTaskDefinitions: { read: () => ecs.revisions("vulcan-prod"), list: "taskDefinitionArns" },
  ListServiceDeployments: { read: () => ecs.history("blue", "web"), list: "serviceDeployments" },
} as const;

describe.each(Object.entries(READS))("pages of %s", (operation, { read, list }) => {
  it("have an end where a token comes again: the list is not known", async () => {
    answers = { [operation]: { [list]: [], nextToken: "again" } };
    await expect(read()).rejects.toThrow(/has no end: a page leads back to one before it/);
    expect(asked).toBe(2);
  });

  it("have an end where the token is empty", async () => {
    answers = { [operation]: { [list]: [], nextToken: "" } };
    expect(await read()).toEqual([]);
    expect(asked).toBe(1);
  });
});

describe("tasks that were asked for", () => {
  const tasks = () => ecs.tasks("blue", "web", "RUNNING");

  it("are not gone where the answer is silent about them", async () => {
    answers = { ListTasks: { taskArns: [TASK, `${TASK}0`] }, DescribeTasks: { tasks: [task()], failures: [] } };
    await expect(tasks()).rejects.toThrow(/has no word of 1 of the tasks/);
  });

  it("are gone where it says so", async () => {
    const failures = [{ arn: `${TASK}0`, reason: "MISSING" }];
    answers = { ListTasks: { taskArns: [TASK, `${TASK}0`] }, DescribeTasks: { tasks: [task()], failures } };
    expect(await tasks()).toMatchObject([{ id: "0123456789abcdef" }]);
  });
});

it.each(["vulcan-prod", "vulcan-prod:x", "vulcan-prod:42\u202e", ":42", "vulcan-prod:", "vulcan-prod:4e1"])(
  "%j is the name of no revision: no number is made of it",
  async (name) => {
    const taskDefinitionArn = `arn:aws:ecs:eu-west-1:111122223333:task-definition/${name}`;
    answers = { ListTasks: { taskArns: [TASK] }, DescribeTasks: { tasks: [task({ taskDefinitionArn })] } };
    await expect(ecs.tasks("blue", "web", "RUNNING")).rejects.toThrow(/taskDefinitionArn of the form family:revision/);
  },
);
