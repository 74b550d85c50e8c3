import type { EventRule } from "../aws/alerts.ts";
import { canonical, type Json, type JsonObject } from "../json.ts";

/** A rule as PutRule takes it. Its pattern is in one form, however it was written. */
export const ruleSettings = ({
  name,
  description,
  pattern,
  state,
  role,
  schedule,
}: Omit<EventRule, "targets" | "tags">): JsonObject => ({
  Name: name,
  ...(description !== undefined && { Description: description }),
  ...(pattern !== undefined && { EventPattern: inOneForm(pattern) }),
  State: state,
  ...(role !== undefined && { RoleArn: role }),
  ...(schedule !== undefined && { ScheduleExpression: schedule }),
});

function inOneForm(pattern: string): string {
  try {
    return canonical(JSON.parse(pattern) as Json);
  } catch {
    return pattern;
  }
}
