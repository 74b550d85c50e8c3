import type { Input } from "../../http/input.ts";
import { flag, text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { backupSwitch, forgetBackups } from "../backups.ts";
import type { NameEndpoint } from "../dns-endpoint.ts";
import { shownPort } from "../dns-name.ts";
import { tell } from "../events.ts";
import { checkGroups, findIdle, findInState, notAvailable, refuseTaken } from "../find.ts";
import { badCombination, badValue, needed, newName } from "../input.ts";
import type { DbInstance } from "../model.ts";
import { restartUnderGroup } from "../parameters.ts";
import { type Changes, changesOf } from "../pending-changes.ts";
import { refuseOverStorage } from "../quotas.ts";
import { renaming } from "../rename.ts";
import { connectAddress, openPort } from "../servers.ts";
import { askedPort, checkSettings } from "../setting-rules.ts";
import { type Phase, runPhases } from "../state-sequence.ts";
import { instanceView } from "../views.ts";

const MODIFIABLE: readonly string[] = ["available", "storage-full"];

/** What cannot start under its parameter group can be rebooted and deleted, and nothing else. [D] */
const BOOTABLE: readonly string[] = [...MODIFIABLE, "incompatible-parameters"];

/** The new name where the request asks for one, free and not the old one. */
function askedName(world: World, instance: DbInstance, input: Input): string | undefined {
  if (text(input, "NewDBInstanceIdentifier") === undefined) return undefined;
  const identifier = newName(input, "NewDBInstanceIdentifier");
  if (identifier === instance.identifier) return undefined;
  refuseTaken(world, identifier, instance);
  return identifier;
}

/** The address at another port, where the request asks for one. */
async function askedAddress(world: World, instance: DbInstance, input: Input): Promise<NameEndpoint | undefined> {
  const port = askedPort(input, "DBPortNumber");
  const { endpoint } = instance;
  if (port === undefined || (endpoint !== undefined && port === shownPort(world, endpoint))) return undefined;
  return openPort(world, port);
}

/** The server restarts whatever ApplyImmediately says, and listens elsewhere then. [D; states I] */
function changingPort(world: World, instance: DbInstance, address: NameEndpoint): Phase[] {
  const { dbReaction, dbModifying, dbRebooting } = world.timings;
  const done = (): void => {
    const former = instance.endpoint;
    world.rds.endpoints.set(instance.identifier, Promise.resolve(address));
    instance.endpoint = address;
    connectAddress(instance);
    tell(world, instance, "restarted");
    // The first address is the sandbox's own and comes back with a reset.
    if (former === world.rds.primaryAddress) former.cut();
    else void former?.close();
  };
  const work = async (): Promise<void> => instance.endpoint?.cut();
  return [
    { status: instance.status, ms: dbReaction },
    { status: "modifying", ms: dbModifying },
    { status: "rebooting", ms: dbRebooting, work, done },
  ];
}

function checkStorage(world: World, instance: DbInstance, { now, later }: Changes): void {
  const size = now.AllocatedStorage ?? later.AllocatedStorage;
  if (size === undefined) return;
  const { AllocatedStorage: before } = instance.settings;
  if (size < before) throw badValue("Invalid storage size: storage cannot be made smaller.");
  if (size < before * 1.1) throw badCombination("Storage must grow by at least 10 percent.");
  refuseOverStorage(world, size - before);
}

/** One state after another; at the end of the last, what was asked for is so. Then the rename, with its own states. */
function phasesOf(world: World, instance: DbInstance, changes: Changes, name: string | undefined): Phase[] {
  const { dbReaction, dbModifying, dbConfiguring } = world.timings;
  const backups = backupSwitch(world, instance, changes.now);
  const states = changes.states.map((status, index): Phase => {
    const ms = status.startsWith("configuring") ? dbConfiguring : dbModifying;
    const work = status === "modifying" && backups !== undefined ? { work: backups.cut } : {};
    const isLast = index === changes.states.length - 1;
    return { status, ms, ...work, ...(isLast ? { done: () => apply(world, instance, changes) } : {}) };
  });
  const renamed = name === undefined ? [] : renaming(world, instance, name);
  if (states.length + renamed.length === 0) return [];
  return [{ status: instance.status, ms: dbReaction }, ...states, ...(backups?.after ?? []), ...renamed];
}

function apply(world: World, instance: DbInstance, { now }: Changes): void {
  if (Object.keys(now).length === 0) return;
  const group = now.DBParameterGroupName;
  const { BackupRetentionPeriod: kept } = instance.settings;
  instance.settings = { ...instance.settings, ...now };
  if (group !== undefined) {
    instance.parameterStatus = "pending-reboot";
    tell(world, instance, "parameters", group);
  }
  forgetBackups(world, instance, kept);
  tell(world, instance, "modified", Object.keys(now).join(", "));
}

/** More room ends a full storage. */
function endState(instance: DbInstance, { now }: Changes): string {
  if (instance.status === "storage-full" && now.AllocatedStorage !== undefined) return "available";
  return instance.status;
}

/** Every session ends, and the real server starts again. */
async function reboot(world: World, instance: DbInstance): Promise<void> {
  instance.endpoint?.cut();
  tell(world, instance, "shutdown");
  await restartUnderGroup(world, instance);
}

/** A request that nothing is wrong with. */
interface Accepted {
  readonly input: Input;
  readonly changes: Changes;
  readonly name: string | undefined;
  readonly address: NameEndpoint | undefined;
}

/** Lets it happen in its states; without ApplyImmediately even a rename waits, for a window no rehearsal reaches. [D] */
function start(world: World, instance: DbInstance, { input, changes, name, address }: Accepted): void {
  const immediately = input.ApplyImmediately === true;
  const named = name === undefined ? {} : { DBInstanceIdentifier: name };
  const waits = name !== undefined && !immediately;
  const waiting = { ...changes.later, ...(waits ? named : {}) };
  const port = address === undefined ? [] : changingPort(world, instance, address);
  const phases = [...port, ...phasesOf(world, instance, changes, immediately ? name : undefined)];
  if (changes.states.length === 0) apply(world, instance, changes);
  const settle = (): void => {
    instance.pending = waiting;
    instance.asked = { ...changes.waiting, ...(waits ? { NewDBInstanceIdentifier: name } : {}) };
    instance.underway = false;
  };
  if (phases.length === 0) settle();
  else {
    instance.asked = input;
    instance.underway = true;
    instance.pending = { ...waiting, ...shown(changes), ...named, Port: address && shownPort(world, address) };
    runPhases(world, instance, phases, settle, endState(instance, changes));
  }
}

export const modifyOperations: Readonly<Record<string, Operation>> = {
  ModifyDBInstance: changing(async (world, given) => {
    const instance = findInState(world, needed(given, "DBInstanceIdentifier"), MODIFIABLE);
    const { asked } = instance;
    // A port is opened when it is asked for; only one request can have it.
    if (instance.underway && asked.DBPortNumber !== undefined) throw notAvailable(instance);
    const immediately = [given, asked].some((one) => flag(one, "ApplyImmediately") === true);
    // What waits, or has not begun yet, is part of every later request; ApplyImmediately applies all of it. [D]
    const input = { ...asked, ...given, ApplyImmediately: immediately };
    const name = askedName(world, instance, input);
    const changes = changesOf(world, instance, input);
    const changed = { ...changes.now, ...changes.later };
    checkGroups(world, changed);
    checkSettings(world, changed, { ...instance.settings, ...changed });
    checkStorage(world, instance, changes);
    const address = await askedAddress(world, instance, input);
    start(world, instance, { input, changes, name, address });
    return { DBInstance: instanceView(world, instance) };
  }),

  RebootDBInstance: changing((world, input) => {
    const instance = findIdle(world, needed(input, "DBInstanceIdentifier"), BOOTABLE);
    // Its group is as it was, since no operation here changes a group's values.
    const isBroken = instance.status === "incompatible-parameters";
    const done = (): void => {
      if (isBroken) {
        tell(world, instance, "incompatible", instance.settings.DBParameterGroupName);
        return;
      }
      connectAddress(instance);
      instance.parameterStatus = "in-sync";
      tell(world, instance, "restarted");
    };
    const work = (): Promise<void> => reboot(world, instance);
    const phase = { status: "rebooting", ms: world.timings.dbRebooting, work, done };
    runPhases(world, instance, [phase], undefined, isBroken ? "incompatible-parameters" : "available");
    return { DBInstance: instanceView(world, instance) };
  }),
};

/** Of what is being applied, the part PendingModifiedValues has members for. */
const shown = ({ now }: Changes): Readonly<Record<string, unknown>> => {
  const { DBInstanceClass, AllocatedStorage, StorageType, Iops, MultiAZ, EngineVersion, BackupRetentionPeriod } = now;
  return { DBInstanceClass, AllocatedStorage, StorageType, Iops, MultiAZ, EngineVersion, BackupRetentionPeriod };
};
