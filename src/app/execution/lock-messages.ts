import { capitalised } from "../../domain/deed.ts";
import {
  holderText,
  type LockHolder,
  type SharedHolder,
  type UnsharedRecords,
  unsharedText,
} from "../../domain/lock.ts";
import { unlockLine } from "./release-shared-lock.ts";

/** For an operator whose execution has no end to name it in. */
export const lockLeftMessage = (mine: LockHolder): string =>
  `The shared lock could not be released (${holderText(mine)}): ${unlockLine(mine.execution)}`;

/** It may have ended on its own machine; from here that cannot be seen. */
export const otherProcessMessage = (other: SharedHolder): string =>
  `Another process of this execution holds the shared lock (${holderText(other)}). If it has ended: ${unlockLine(other.execution)}`;

export function leftLockMessage({ execution }: LockHolder, isRecorded: boolean): string {
  return isRecorded
    ? `Execution ${execution} of this machine is over and left its shared lock behind: it is taken.`
    : `Execution ${execution} of this machine died before its first record, so it sent nothing. Its lock is taken.`;
}

export const continuedWithoutMessage = (records: UnsharedRecords): string =>
  `${capitalised(unsharedText(records))}: what it changed last is not on record here. On ${records.host}, vulcan-ops history shares them.`;

/** A process that has ended holds no lock: the next command takes this one. */
export function lockStillMarkedMessage(mine: LockHolder, { message }: Error): string {
  return `The lock of execution ${mine.execution} could not be marked as released: ${message}. It ends with this process.`;
}
