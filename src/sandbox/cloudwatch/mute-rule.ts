import type { Schedule } from "./schedule.ts";

/** Mutes the actions of some alarms for a while. */
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
