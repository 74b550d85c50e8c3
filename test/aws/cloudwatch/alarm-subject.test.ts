import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyPage } from "../../../src/aws/client/every-page.ts";
import { type AnyAlarm, namesInRule, subjectOf } from "../../../src/aws/cloudwatch/alarm-subject.ts";

const metric = (AlarmName: string, dimension: string): MetricAlarm => {
  const [Name = "", Value = ""] = dimension.split("=");
  return { AlarmName, MetricName: "M", Dimensions: [{ Name, Value }] };
};
const composite = (AlarmName: string, AlarmRule: string): CompositeAlarm => ({ AlarmName, AlarmRule });
const subject = (alarm: AnyAlarm, ...known: readonly AnyAlarm[]) =>
  subjectOf(alarm, new Map([alarm, ...known].map((one) => [one.AlarmName ?? "", one])));

describe("the rule of a composite alarm names", () => {
  it.each<[string, readonly string[]]>([
    ['ALARM("a") AND NOT ALARM("b c")', ["a", "b c"]],
    ["ALARM(a) OR (OK('b') AND INSUFFICIENT_DATA(c))", ["a", "b", "c"]],
    ['ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:page) OR ALARM("page")', ["page"]],
    ['ALARM( "arn:aws-cn:cloudwatch:cn-north-1:111122223333:alarm:a:b" )', ["a:b"]],
    ["TRUE", []],
  ])("%s", (rule, names) => {
    expect(namesInRule(rule)).toEqual(names);
  });

  it("every alarm that it combines, whatever their names", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/["\\]/.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        expect(namesInRule(names.map((one) => `ALARM("${one}")`).join(" OR "))).toEqual(names);
      }),
    );
  });
});

describe("an alarm watches", () => {
  const a = metric("a", "QueueName=q");
  const b = metric("b", "DBInstanceIdentifier=d");

  it("its own metric", () => {
    expect(subject(a)).toEqual({ metrics: [["QueueName=q"]], isWhole: true });
    expect(subject({ AlarmName: "x", MetricName: "M", Dimensions: [] })).toMatchObject({ isWhole: false });
    expect(subject({ AlarmName: "x", MetricName: "M" })).toEqual({ metrics: [], isWhole: false });
  });

  it("the metrics of its expression, and not known what a search finds", () => {
    const stat = (Value: string) => ({ MetricStat: { Metric: { Dimensions: [{ Name: "D", Value }] } } });
    const math = { AlarmName: "m", Metrics: [{ Expression: "e1/e2" }, stat("1"), stat("2")] } as MetricAlarm;
    expect(subject(math)).toEqual({ metrics: [["D=1"], ["D=2"]], isWhole: true });
    const search = { AlarmName: "s", Metrics: [{ Expression: "SUM(SEARCH('x', 'Sum'))" }, stat("1")] } as MetricAlarm;
    expect(subject(search)).toEqual({ metrics: [["D=1"]], isWhole: false });
  });

  it("what the alarms watch that its rule names, however deep; what is not found is not known", () => {
    const inner = composite("inner", 'ALARM("a")');
    const outer = composite("outer", 'ALARM("inner") OR ALARM("b")');
    expect(subject(outer, inner, a, b)).toEqual({
      metrics: [["QueueName=q"], ["DBInstanceIdentifier=d"]],
      isWhole: true,
    });
    expect(subject(outer, inner, a)).toEqual({ metrics: [["QueueName=q"]], isWhole: false });
    expect(subject(composite("loop", 'ALARM("loop")'))).toEqual({ metrics: [], isWhole: false });
    expect(subject(composite("always", "TRUE"))).toMatchObject({ isWhole: false });
  });
});

describe("pages", () => {
  it("are read to the last one", async () => {
    const pages: Readonly<Record<string, string | undefined>> = { "": "2", "2": "3", "3": undefined };
    const read = async (token = "") => ({ items: [token], next: pages[token] });
    expect(await everyPage(read)).toEqual(["", "2", "3"]);
  });

  it("that lead in a circle are no answer", async () => {
    await expect(everyPage(async () => ({ items: [1], next: "again" }))).rejects.toThrow("a page leads back");
  });
});
