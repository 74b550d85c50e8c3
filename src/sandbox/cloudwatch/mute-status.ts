import type { World } from "../world.ts";
import type { MuteRule } from "./mute-rule.ts";
import { isDue } from "./schedule.ts";

export type MuteStatus = "SCHEDULED" | "ACTIVE" | "EXPIRED";

export function muteStatus(rule: MuteRule, now: number): MuteStatus {
  if (rule.expireDate !== undefined && now >= rule.expireDate) return "EXPIRED";
  if (rule.startDate !== undefined && now < rule.startDate) return "SCHEDULED";
  if (isDue(rule.schedule, now)) return "ACTIVE";
  const { once, duration } = rule.schedule;
  return once !== undefined && now >= once + duration ? "EXPIRED" : "SCHEDULED";
}

export const isMuted = (world: World, alarm: string): boolean =>
  [...world.muteRules.values()].some(
    (rule) => rule.alarmNames.includes(alarm) && muteStatus(rule, world.clock.now()) === "ACTIVE",
  );
