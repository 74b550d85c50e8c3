import { listExecutions } from "../../src/journal/list-executions.ts";

/** What a process of its own tells of a folder. */
export interface Listed {
  readonly executions: number;
  readonly unread: readonly unknown[];
}

const { executions, unread } = await listExecutions(process.argv[2] ?? "");
process.stdout.write(JSON.stringify({ executions: executions.length, unread } satisfies Listed));
