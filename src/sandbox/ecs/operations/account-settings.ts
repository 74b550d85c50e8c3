import { AwsError } from "../../http/aws-error.ts";
import { flag, number, text } from "../../http/input.ts";
import { type Operation, reading } from "../../http/operation.ts";
import { page } from "../../http/page.ts";

/** What an account has where it has set nothing; here nothing can be set. [D; defaults of some I] */
const SETTINGS: Readonly<Record<string, string>> = {
  awsvpcTrunking: "disabled",
  containerInsights: "disabled",
  containerInstanceLongArnFormat: "enabled",
  defaultLogDriverMode: "non-blocking",
  dualStackIPv6: "enabled",
  fargateFIPSMode: "disabled",
  fargateTaskRetirementWaitPeriod: "7",
  guardDutyActivate: "off",
  serviceLongArnFormat: "enabled",
  tagResourceAuthorization: "off",
  taskLongArnFormat: "enabled",
};

export const accountSettingOperations: Readonly<Record<string, Operation>> = {
  /** Only effective settings show what was not set. [D] */
  ListAccountSettings: reading((world, input) => {
    const name = text(input, "name");
    if (name !== undefined && SETTINGS[name] === undefined) {
      throw new AwsError("InvalidParameterException", `The specified setting name ${name} is not valid.`);
    }
    const isEffective = flag(input, "effectiveSettings") === true;
    const all = isEffective ? Object.entries(SETTINGS) : [];
    const value = text(input, "value");
    const found = all.filter(
      ([own, set]) => (name === undefined || own === name) && (value === undefined || set === value),
    );
    const { items, nextToken } = page(found, number(input, "maxResults") ?? 10, text(input, "nextToken"), "settings");
    const principalArn = text(input, "principalArn") ?? `arn:aws:iam::${world.account}:root`;
    return { settings: items.map(([own, set]) => ({ name: own, value: set, principalArn, type: "user" })), nextToken };
  }),
};
