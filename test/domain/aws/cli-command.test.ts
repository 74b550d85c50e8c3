import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awsLine, optionName } from "../../../src/domain/aws/cli-command.ts";
import type { Json } from "../../../src/domain/json.ts";
import { hostile, wordsOf } from "../../support/shell-words.ts";

describe("an Operation as a line to paste", () => {
  it("is several where the Operation is several calls", () => {
    const input = { cluster: "c", tasks: ["1a", "2b"], reason: "replaced by a:1" };
    expect(awsLine({ service: "ecs", name: "StopTasks", input }, "eu-west-1")).toBe(
      [
        "aws ecs stop-task --cluster c --reason 'replaced by a:1' --task 1a --region eu-west-1",
        "aws ecs stop-task --cluster c --reason 'replaced by a:1' --task 2b --region eu-west-1",
      ].join(" && "),
    );
  });

  it.each<[string, string, string, Record<string, Json | undefined>, string]>([
    [
      "the documented revert",
      "ecs",
      "UpdateService",
      { cluster: "vulcan-prod", service: "vulcan-prod", taskDefinition: "vulcan-prod:42", forceNewDeployment: true },
      "aws ecs update-service --cluster vulcan-prod --service vulcan-prod --task-definition vulcan-prod:42 --force-new-deployment",
    ],
    [
      "a restore",
      "rds",
      "RestoreDBInstanceToPointInTime",
      { SourceDBInstanceIdentifier: "vulcan-prod", RestoreTime: "2026-04-10T12:00:00Z", MultiAZ: false, Iops: 3000 },
      "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier vulcan-prod --restore-time 2026-04-10T12:00:00Z --no-multi-az --iops 3000",
    ],
    [
      "a list of texts, and what is left out",
      "rds",
      "ModifyDBInstance",
      { VpcSecurityGroupIds: ["sg-1", "sg 2"], Engine: undefined },
      "aws rds modify-db-instance --vpc-security-group-ids sg-1 'sg 2'",
    ],
    [
      "structures as JSON, quoted whole",
      "ecs",
      "UpdateService",
      { networkConfiguration: { awsvpcConfiguration: { subnets: ["a"] } }, loadBalancers: [] },
      `aws ecs update-service --network-configuration '{"awsvpcConfiguration":{"subnets":["a"]}}' --load-balancers`,
    ],
    [
      "a balancer, whose service has another name there",
      "elb",
      "DescribeTargetHealth",
      { TargetGroupArn: "arn:aws:x" },
      "aws elbv2 describe-target-health --target-group-arn arn:aws:x",
    ],
    [
      "hostile text",
      "ecs",
      "UpdateService",
      { cluster: "$(reboot)", service: "a'; rm -rf ~ #", taskDefinition: "`id`\n&& x", platformVersion: "" },
      `aws ecs update-service --cluster '$(reboot)' --service 'a'\\''; rm -rf ~ #' --task-definition '\`id\`\n&& x' --platform-version ''`,
    ],
  ])("%s", (_name, service, name, input, line) => {
    expect(awsLine({ service, name, input })).toBe(line);
    expect(awsLine({ service, name, input }, "eu-west-1")).toBe(`${line} --region eu-west-1`);
  });

  it("reaches the program as it was, whatever the values are: asked of a real shell", () => {
    const inputs = fc.record({
      cluster: hostile,
      taskDefinition: hostile,
      subnets: fc.array(hostile),
      tags: fc.dictionary(hostile, hostile),
    });
    fc.assert(
      fc.property(fc.array(inputs, { minLength: 200, maxLength: 200 }), (many) => {
        const lines = many.map((input) => awsLine({ service: "ecs", name: "UpdateService", input }));
        expect(wordsOf(lines)).toEqual(many.map(expectedWords));
      }),
      { numRuns: 3 },
    );
  });
});

function expectedWords(input: { cluster: string; taskDefinition: string; subnets: string[]; tags: object }): string[] {
  const { cluster, taskDefinition, subnets, tags } = input;
  return [
    ...["aws", "ecs", "update-service"],
    ...option("cluster", cluster),
    ...option("task-definition", taskDefinition),
    ...["--subnets", ...(subnets.some((name) => name.startsWith("-")) ? [JSON.stringify(subnets)] : subnets)],
    ...["--tags", JSON.stringify(tags)],
  ];
}

/** The AWS CLI would take a value that begins like an option for one. */
const option = (name: string, value: string) => (value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value]);

describe("names of options", () => {
  // Taken from the AWS CLI's own library (botocore 1.43, xform_name), which splits names by its own rules.
  it.each([
    ["UpdateService", "update-service"],
    ["forceNewDeployment", "force-new-deployment"],
    ["DBInstanceIdentifier", "db-instance-identifier"],
    ["EnableIAMDatabaseAuthentication", "enable-iam-database-authentication"],
    ["VpcSecurityGroupIds", "vpc-security-group-ids"],
    ["VPCSecurityGroupIds", "vpc-security-group-ids"],
    ["Iops", "iops"],
    ["iops", "iops"],
    ["MultiAZ", "multi-az"],
    ["DBName", "db-name"],
    ["EC2SecurityGroupId", "ec2-security-group-id"],
    ["S3BucketName", "s3-bucket-name"],
    ["KmsKeyId", "kms-key-id"],
    ["CACertificateIdentifier", "ca-certificate-identifier"],
    ["CreateDBInstanceReadReplica", "create-db-instance-read-replica"],
    ["RestoreDBInstanceToPointInTime", "restore-db-instance-to-point-in-time"],
    ["EnableHttpEndpoint", "enable-http-endpoint"],
    ["OptionGroupName", "option-group-name"],
    ["healthCheckGracePeriodSeconds", "health-check-grace-period-seconds"],
    ["serviceConnectConfiguration", "service-connect-configuration"],
    ["vpcLatticeConfigurations", "vpc-lattice-configurations"],
    ["TargetGroupArn", "target-group-arn"],
  ])("%s is --%s", (member, option) => {
    expect(optionName(member)).toBe(option);
  });
});
