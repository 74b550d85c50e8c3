import type { Service, TaskDefinition } from "../../domain/aws/ecs.ts";
import type { SecurityGroupSetup, SubnetSetup } from "../../domain/aws/setup.ts";
import { commandLine } from "../../domain/command-line.ts";
import { block, counted, notChecked, ok, warn } from "../../domain/finding.ts";
import type { Finding } from "../../domain/operation.ts";
import type { RollbackCheck } from "../rollback-subject.ts";
import type { Subject } from "../subject.ts";
import { roomOf } from "./capacity.ts";

const ASKS = "whether the subnets and security groups of the service exist";

export const subnets: RollbackCheck = {
  id: "subnets",
  question: ASKS,
  validAfterSend: true,
  run: ({ wanted, service, reads }) => subnetFindings(service, wanted, reads),
};

/** Where the service starts its tasks, as it is set. */
interface Places {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** What EC2 has of them, or why that is not known. */
export interface PlaceEvidence {
  readonly subnets: readonly SubnetSetup[] | Error;
  readonly securityGroups: readonly SecurityGroupSetup[] | Error;
}

async function subnetFindings(
  service: Service,
  wanted: TaskDefinition,
  { around }: Pick<Subject["reads"], "around">,
): Promise<readonly Finding[]> {
  const places = placesOf(service);
  const unfit = judgeNetworkMode(service, wanted, places !== undefined);
  if (unfit.length > 0 || places === undefined) return unfit;
  const asError = (failure: Error): Error => failure;
  const [found, groups] = await Promise.all([
    around.subnets(places.subnets).catch(asError),
    places.securityGroups.length === 0 ? [] : around.securityGroups(places.securityGroups).catch(asError),
  ]);
  return judgePlaces(service, places, { subnets: found, securityGroups: groups });
}

function placesOf({ placement }: Service): Places | undefined {
  const { networkConfiguration } = placement as { networkConfiguration?: { awsvpcConfiguration?: Partial<Places> } };
  const { subnets: ids, securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
  return ids === undefined || ids.length === 0 ? undefined : { subnets: ids, securityGroups };
}

/** Network settings of the service go with awsvpc, and with no other mode: ECS refuses the update. [D: CreateService] */
export function judgeNetworkMode(service: Service, wanted: TaskDefinition, hasPlaces: boolean): readonly Finding[] {
  const { name, networkMode: mode } = wanted;
  if (mode === "awsvpc" && !hasPlaces)
    return [notChecked(`in which subnets tasks of ${name} start`, `the answer on ${service.name} names none`)];
  if (mode !== undefined && mode !== "awsvpc" && hasPlaces)
    return [block("network-unfit", `ECS refuses ${name} (${mode}): ${service.name} has network settings for awsvpc`)];
  return [];
}

export function judgePlaces(service: Service, places: Places, evidence: PlaceEvidence): readonly Finding[] {
  if (evidence.subnets instanceof Error && evidence.securityGroups instanceof Error)
    return [notChecked(ASKS, evidence.subnets.message)];
  const findings = [...judgeSubnets(service, places, evidence), ...judgeGroups(service, places, evidence)];
  if (findings.length > 0) return findings;
  const groups =
    places.securityGroups.length === 0 ? "" : ` and ${counted(places.securityGroups.length, "security group")}`;
  return [ok("subnets-there", `${counted(places.subnets.length, "subnet")}${groups} of ${service.name} exist`)];
}

/** ECS picks one of the subnets for each task. */
function judgeSubnets(service: Service, { subnets: ids }: Places, { subnets: found }: PlaceEvidence): Finding[] {
  if (found instanceof Error) return [notChecked("whether the subnets of the service exist", found.message)];
  const gone = ids.filter((id) => !found.some((subnet) => subnet.id === id));
  const list = gone.join(", ");
  if (gone.length === ids.length)
    return [block("subnet-gone", `no task of ${service.name} can start: ${list} ${isAre(gone)} gone`, [LOOK, GIVE])];
  const some = `${list} of ${service.name} ${isAre(gone)} gone: tasks may fail to start there`;
  return [...(gone.length === 0 ? [] : [warn("subnet-gone", some, [LOOK, GIVE])]), ...judgeFree(service, found)];
}

/** A new task takes an address before an old one gives its own back. Subnets of IPv6 alone have no such number. */
function judgeFree(service: Service, found: readonly SubnetSetup[]): Finding[] {
  const numbers = found.flatMap(({ free }) => free ?? []);
  const more = roomOf(service)?.extra ?? service.desired;
  const free = numbers.reduce((sum, one) => sum + one, 0);
  if (numbers.length === 0 || free >= more) return [];
  const text = `the subnets have ${free} free addresses: a rollout starts up to ${more} more tasks`;
  return [warn("subnets-full", text, [LOOK])];
}

function judgeGroups(
  service: Service,
  { securityGroups: ids }: Places,
  { subnets: around, securityGroups: found }: PlaceEvidence,
): Finding[] {
  if (found instanceof Error) return [notChecked("whether the security groups of the service exist", found.message)];
  const gone = ids.filter((id) => !found.some((group) => group.id === id));
  const look = [commandLine`aws ec2 describe-security-groups --filters Name=group-id,Values=${ids.join(",")}`, GIVE];
  if (gone.length > 0)
    return [
      block(
        "security-group-gone",
        `no task of ${service.name} can start: ${gone.join(", ")} ${isAre(gone)} gone`,
        look,
      ),
    ];
  const [home] = around instanceof Error ? [] : around;
  const elsewhere = found.filter(({ vpc }) => home !== undefined && vpc !== undefined && vpc !== home.vpc);
  if (elsewhere.length === 0) return [];
  const names = elsewhere.map(({ id }) => id).join(", ");
  const text = `no task of ${service.name} can start: ${names} ${isAre(elsewhere)} of another VPC than its subnets`;
  return [block("security-group-elsewhere", text, look)];
}

const isAre = (all: readonly unknown[]): string => (all.length === 1 ? "is" : "are");

const LOOK = "aws ec2 describe-subnets";
const GIVE =
  "give the service subnets and security groups that exist (aws ecs update-service --network-configuration …)";
