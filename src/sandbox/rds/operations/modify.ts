import type { Input, Output } from "../../http/input.ts";
import { flag, text } from "../../http/input.ts";
import { changing, type Operation } from "../../http/operation.ts";
import type { World } from "../../world.ts";
import { backupSwitch, forgetBackups } from "../backups.ts";
import type { NameEndpoint } from "../dns-endpoint.ts";
import { shownPort } from "../dns-name.ts";
import { recordEvent } from "../events.ts";
import { checkGroups, findIdle, findInState, notAvailable, refuseTaken } from "../find.ts";
import { badCombination, badValue, newName, requiredText } from "../input.ts";
import type { DbInstance } from "../model.ts";
import { restartUnderGroup } from "../parameters.ts";
import { type Changes, changesOf } from "../pending-changes.ts";
import { refuseOverStorage } from "../quotas.ts";
import { renaming } from "../rename.ts";
import { connectAddress, openPort } from "../servers.ts";
import { checkSettings, requestedPort } from "../setting-rules.ts";
import { type Phase, runPhases } from "../state-sequence.ts";
import { instanceView } from "../views.ts";

const MODIFIABLE: readonly string[] = ["available", "storage-full"];

/** An instance that cannot start under its parameter group can only be rebooted or deleted. [D] */
const BOOTABLE: readonly string[] = [...MODIFIABLE, "incompatible-parameters"];

/** The requested new name, if it differs from the old one. Throws if the name is taken. */
function requestedName(world: World, instance: DbInstance, input: Input): string | undefined {
  if (text(input, "NewDBInstanceIdentifier") === undefined) return undefined;
  const identifier = newName(input, "NewDBInstanceIdentifier");
  if (identifier === instance.identifier) return undefined;
  refuseTaken(world, identifier, instance);
  return identifier;
}

/** The address at the requested port, if it differs from the old port. */
async function requestedAddress(world: World, instance: DbInstance, input: Input): Promise<NameEndpoint | undefined> {
  const port = requestedPort(input, "DBPortNumber");
  const { endpoint } = instance;
  if (port === undefined || (endpoint !== undefined && port === shownPort(world, endpoint))) return undefined;
  return openPort(world, port);
}

/** A port change restarts the server whatever ApplyImmediately says. The server then has the new port. [D; states I] */
function changingPort(world: World, instance: DbInstance, address: NameEndpoint): Phase[] {
  const { dbReaction, dbModifying, dbRebooting } = world.timings;
  const done = (): void => {
    const former = instance.endpoint;
    world.rds.endpoints.set(instance.identifier, Promise.resolve(address));
    instance.endpoint = address;
    connectAddress(instance);
    recordEvent(world, instance, "restarted");
    // The first address belongs to the sandbox and is used again after a reset.
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

/** The states of a modification. The changes apply when the last one ends. The rename follows, with its own states. */
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
    recordEvent(world, instance, "parameters", group);
  }
  forgetBackups(world, instance, kept);
  recordEvent(world, instance, "modified", Object.keys(now).join(", "));
}

/** More storage ends the state storage-full. */
function endState(instance: DbInstance, { now }: Changes): string {
  if (instance.status === "storage-full" && now.AllocatedStorage !== undefined) return "available";
  return instance.status;
}

/** Cuts every session and restarts the real server. */
async function reboot(world: World, instance: DbInstance): Promise<void> {
  instance.endpoint?.cut();
  recordEvent(world, instance, "shutdown");
  await restartUnderGroup(world, instance);
}

/** A request that has passed all checks. */
interface Accepted {
  readonly input: Input;
  readonly changes: Changes;
  readonly name: string | undefined;
  readonly address: NameEndpoint | undefined;
}

/**
 * Starts the modification. Without ApplyImmediately even a rename waits for the maintenance window, which no rehearsal
 * reaches. [D]
 */
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

const asBefore = (world: World, input: Input): Output => ({
  DBInstance: instanceView(world, findInState(world, requiredText(input, "DBInstanceIdentifier"), MODIFIABLE)),
});

export const modifyOperations: Readonly<Record<string, Operation>> = {
  ModifyDBInstance: changing(async (world, given) => {
    const instance = findInState(world, requiredText(given, "DBInstanceIdentifier"), MODIFIABLE);
    const { asked } = instance;
    // A requested port is opened at once, so we refuse further requests until that modification ends.
    if (instance.underway && asked.DBPortNumber !== undefined) throw notAvailable(instance);
    const immediately = [given, asked].some((one) => flag(one, "ApplyImmediately") === true);
    // Changes that wait or have not started are part of every later request. ApplyImmediately applies all of them. [D]
    const input = { ...asked, ...given, ApplyImmediately: immediately };
    const name = requestedName(world, instance, input);
    const changes = changesOf(world, instance, input);
    const changed = { ...changes.now, ...changes.later };
    checkGroups(world, changed);
    checkSettings(world, changed, { ...instance.settings, ...changed });
    checkStorage(world, instance, changes);
    const address = await requestedAddress(world, instance, input);
    start(world, instance, { input, changes, name, address });
    return { DBInstance: instanceView(world, instance) };
  }, asBefore),

  RebootDBInstance: changing((world, input) => {
    const instance = findIdle(world, requiredText(input, "DBInstanceIdentifier"), BOOTABLE);
    // A reboot cannot repair the instance, since no operation here changes a parameter group's values.
    const isBroken = instance.status === "incompatible-parameters";
    const done = (): void => {
      if (isBroken) {
        recordEvent(world, instance, "incompatible", instance.settings.DBParameterGroupName);
        return;
      }
      connectAddress(instance);
      instance.parameterStatus = "in-sync";
      recordEvent(world, instance, "restarted");
    };
    const work = (): Promise<void> => reboot(world, instance);
    const phase = { status: "rebooting", ms: world.timings.dbRebooting, work, done };
    runPhases(world, instance, [phase], undefined, isBroken ? "incompatible-parameters" : "available");
    return { DBInstance: instanceView(world, instance) };
  }),
};

/** The changes being applied, as far as PendingModifiedValues has members for them. */
const shown = ({ now }: Changes): Readonly<Record<string, unknown>> => {
  const { DBInstanceClass, AllocatedStorage, StorageType, Iops, MultiAZ, EngineVersion, BackupRetentionPeriod } = now;
  return { DBInstanceClass, AllocatedStorage, StorageType, Iops, MultiAZ, EngineVersion, BackupRetentionPeriod };
};
