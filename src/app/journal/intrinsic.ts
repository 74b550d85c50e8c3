/** A member of a CloudFormation template: text, number, list, record, or an intrinsic function. */
export type Part = string | number | boolean | readonly Part[] | { readonly [name: string]: Part };

export const ref = (name: string): Part => ({ Ref: name });
export const attribute = (resource: string, name: string): Part => ({ "Fn::GetAtt": [resource, name] });
/** Names in braces are filled in by CloudFormation. */
export const sub = (text: string): Part => ({ "Fn::Sub": text.replaceAll("{", "${") });
export const either = (condition: string, then: Part, otherwise: Part): Part => ({
  "Fn::If": [condition, then, otherwise],
});
export const NOTHING = ref("AWS::NoValue");

export const allow = (sid: string, actions: readonly string[], resources: Part, more: object = {}): Part => ({
  Sid: sid,
  Effect: "Allow",
  Action: actions,
  Resource: resources,
  ...more,
});

export const policy = (...statements: readonly Part[]): Part => ({ Version: "2012-10-17", Statement: statements });

/** Lets a service, or principals, assume a role. */
export const trust = (principal: Part, condition?: Part): Part =>
  policy({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition !== undefined && { Condition: condition }),
  });
