import { describe, expect, it } from "vitest";
import { cliText, isOlder, neededCli, READS_ENDPOINT, versionIn } from "../../../src/domain/aws/cli-version.ts";

const operation = (name: string, input = {}) => ({ service: "x", name, input });

describe("the AWS CLI that a line needs", () => {
  it("is named where one of the last years may not know the operation, or a member of it", () => {
    expect(cliText(neededCli(operation("StopServiceDeployment")) ?? READS_ENDPOINT)).toBe(
      "AWS CLI 2.27 or 1.41, or a newer one",
    );
    expect(neededCli(operation("PutAlarmMuteRule"))?.v2).toBe("2.34.0");
    expect(neededCli(operation("RestoreDBInstanceToPointInTime", { DedicatedLogVolume: false }))).toBeDefined();
    expect(neededCli(operation("RestoreDBInstanceToPointInTime", { Port: 5432 }))).toBeUndefined();
    expect(neededCli(operation("UpdateService"))).toBeUndefined();
  });

  it.each([
    ["2.9.19", true],
    ["2.12.99", true],
    ["2.13.0", false],
    ["2.100.1", false],
    ["1.28.9", true],
    ["1.29.0", false],
    ["1.45.11", false],
    ["3.0.0", false],
  ])("%s is older than what reads AWS_ENDPOINT_URL: %s", (version, expected) => {
    expect(isOlder(version, READS_ENDPOINT)).toBe(expected);
  });

  it("is read from what `aws --version` says", () => {
    expect(versionIn("aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64")).toBe("2.9.19");
    expect(versionIn("command not found")).toBeUndefined();
  });
});
