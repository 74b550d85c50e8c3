import type { Cancel } from "../clock/virtual-clock.ts";

/** One schedule of EventBridge Scheduler: it invokes its target once. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly expression: string;
  /** Virtual ms: when it invokes. */
  readonly at: number;
  readonly description: string | undefined;
  readonly target: { readonly Arn: string; readonly RoleArn: string; readonly Input?: string };
  readonly deletesItself: boolean;
  readonly created: number;
  readonly token: string | undefined;
  readonly cancel: Cancel;
}
