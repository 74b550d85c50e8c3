import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { addressesOf, canonicalAddress } from "../../../src/aws/ecs/task-addresses.ts";

const HOSTS = new Map([["arn:host", "i-0abc"]]);

describe("by what a target group knows a task", () => {
  it.each<[string, Task, readonly string[]]>([
    ["an IPv4 address", attached({ privateIPv4Address: "10.0.1.5" }), ["10.0.1.5"]],
    ["an IPv6 address", attached({ privateIPv6Address: "2600:1f14:0:0::0a" }), ["2600:1f14::a"]],
    ["both", attached({ privateIPv4Address: "10.0.1.5", ipv6Address: "2600::1" }), ["10.0.1.5", "2600::1"]],
    [
      "what its containers say, once",
      {
        ...attached({ privateIPv4Address: "10.0.1.5" }),
        containers: [{ networkInterfaces: [{ privateIpv4Address: "10.0.1.5", ipv6Address: "2600:0::0:1" }] }],
      },
      ["10.0.1.5", "2600::1"],
    ],
    ["its instance and ports", onHost("arn:host", 32_768, 32_769), ["i-0abc:32768", "i-0abc:32769"]],
    ["nothing, where its instance is not known", onHost("arn:other", 32_768), []],
    ["no other detail of its interface", attached({ subnetId: "subnet-1", macAddress: "0a:58" }), []],
  ])("%s", (_what, task, addresses) => {
    expect(addressesOf(task, HOSTS)).toEqual(addresses);
  });

  it("one address is one, however it is written", () => {
    expect(canonicalAddress("2600:1F14:ABCD:EF00:0:0:0:1")).toBe("2600:1f14:abcd:ef00::1");
    expect(canonicalAddress("10.0.0.1")).toBe("10.0.0.1");
  });
});

function attached(details: Readonly<Record<string, string>>): Task {
  return { attachments: [{ details: Object.entries(details).map(([name, value]) => ({ name, value })) }] };
}

function onHost(containerInstanceArn: string, ...ports: readonly number[]): Task {
  return { containerInstanceArn, containers: [{ networkBindings: ports.map((hostPort) => ({ hostPort })) }] };
}
