import type { Schedule } from "./schedule.ts";

/** Keeps the actions of some alarms from happening for a while. */
export interface MuteRule {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly schedule: Schedule;
  readonly alarmNames: readonly string[];
  readonly startDate: number | undefined;
  readonly expireDate: number | undefined;
  readonly updatedAt: number;
}
