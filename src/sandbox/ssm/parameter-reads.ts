import { AwsError } from "../http/aws-error.ts";
import type { Input, Output } from "../http/input.ts";
import { flag, number, records, required, text, texts } from "../http/input.ts";
import { type Operation, reading } from "../http/operation.ts";
import { page } from "../http/page.ts";
import type { World } from "../world.ts";
import type { Parameter } from "./parameter.ts";

const arnOf = (world: World, name: string): string =>
  `arn:aws:ssm:${world.region}:${world.account}:parameter/${name.replace(/^\//, "")}`;

/** An encrypted value is shown only on demand. [D; the form of what is shown instead I] */
const shownValue = ({ type, value }: Parameter, input: Input): string =>
  type === "SecureString" && flag(input, "WithDecryption") !== true
    ? Buffer.from(`sealed ${value}`).toString("base64")
    : value;

export const parameterView = (world: World, parameter: Parameter, input: Input): Output => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: shownValue(parameter, input),
  Version: parameter.version,
  LastModifiedDate: new Date(parameter.modifiedAt),
  ARN: arnOf(world, parameter.name),
  DataType: "text",
});

const metadata = (world: World, { name, type, version, modifiedAt, description }: Parameter): Output => ({
  Name: name,
  ARN: arnOf(world, name),
  Type: type,
  ...(type === "SecureString" && { KeyId: "alias/aws/ssm" }),
  Description: description,
  LastModifiedDate: new Date(modifiedAt),
  LastModifiedUser: `arn:aws:sts::${world.account}:assumed-role/operator/rehearsal`,
  Version: version,
  Tier: "Standard",
  Policies: [],
  DataType: "text",
});

/** The parameter of that name, of `name:version` for its version, or of its ARN. */
export function findParameter(world: World, asked: string): Parameter | undefined {
  const isArn = asked.startsWith("arn:");
  const [, named = "", version] = /^(.*?)(?::(\d+))?$/.exec(isArn ? asked.replace(/^.*:parameter/, "") : asked) ?? [];
  const found = world.parameters.get(named) ?? (isArn ? world.parameters.get(named.slice(1)) : undefined);
  return version === undefined || String(found?.version) === version ? found : undefined;
}

const OPTIONS: Readonly<Record<string, (own: string, value: string) => boolean>> = {
  Equals: (own, value) => own === value,
  BeginsWith: (own, value) => own.startsWith(value),
  Contains: (own, value) => own.includes(value),
};

/** Parameters below a path: its own level, or every one. */
const isBelow = (name: string, path: string, recursive: boolean): boolean => {
  const base = path.endsWith("/") ? path : `${path}/`;
  return name.startsWith(base) && (recursive || !name.slice(base.length).includes("/"));
};

/** A filter by name, type, tag or path. [D] */
function passes(parameter: Parameter, filter: Input): boolean {
  const key = text(filter, "Key") ?? "";
  const values = texts(filter, "Values");
  const option = text(filter, "Option");
  if (key === "Path") {
    const isRecursive = option === "Recursive";
    return values.some((value) => isBelow(parameter.name, value, isRecursive));
  }
  const tag = key.startsWith("tag:") ? parameter.tags.find(({ Key }) => Key === key.slice(4)) : undefined;
  const own = key === "Name" ? parameter.name : key === "Type" ? parameter.type : tag?.Value;
  const compare = OPTIONS[option ?? "Equals"];
  if (!/^(Name|Type|tag:.+)$/.test(key) || compare === undefined) {
    throw new AwsError("NotImplemented", `The sandbox does not filter parameters by ${key} ${option ?? ""}.`, 501);
  }
  return own !== undefined && (values.length === 0 || values.some((value) => compare(own, value)));
}

const sorted = (world: World): Parameter[] => [...world.parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

export const parameterReads: Readonly<Record<string, Operation>> = {
  GetParameters: reading((world, input) => {
    required(input, "Names");
    const asked = texts(input, "Names").map((name) => [name, findParameter(world, name)] as const);
    return {
      Parameters: asked.flatMap(([, found]) => (found === undefined ? [] : [parameterView(world, found, input)])),
      InvalidParameters: asked.flatMap(([name, found]) => (found === undefined ? [name] : [])),
    };
  }),

  GetParametersByPath: reading((world, input) => {
    const path = required(input, "Path");
    if (!path.startsWith("/")) {
      const message = "The parameter path must begin with a forward slash.";
      throw new AwsError("ValidationException", message);
    }
    const found = sorted(world).filter(
      (parameter) =>
        isBelow(parameter.name, path, flag(input, "Recursive") === true) &&
        records(input, "ParameterFilters").every((filter) => passes(parameter, filter)),
    );
    const { items, nextToken } = page(found, number(input, "MaxResults") ?? 10, text(input, "NextToken"), "by-path");
    return { Parameters: items.map((one) => parameterView(world, one, input)), NextToken: nextToken };
  }),

  DescribeParameters: reading((world, input) => {
    const older = records(input, "Filters").map((filter) => ({ ...filter, Option: "BeginsWith" }));
    const filters = [...records(input, "ParameterFilters"), ...older];
    const found = sorted(world).filter((parameter) => filters.every((filter) => passes(parameter, filter)));
    const { items, nextToken } = page(found, number(input, "MaxResults") ?? 50, text(input, "NextToken"), "parameters");
    return { Parameters: items.map((one) => metadata(world, one)), NextToken: nextToken };
  }),
};
