import { awsLine } from "../aws/cli-command.ts";
import { cloudFormationOf } from "./cloud-formation.ts";
import type { Declared, Form } from "./declared.ts";
import { terraformOf } from "./terraform.ts";

interface Around {
  /** Of the lines for the AWS CLI. */
  readonly region: string | undefined;
  /** One sentence above all: whose resources these are. */
  readonly intro: string;
}

/** The settings in one form, ready to paste. Ends with a line feed. */
export function printedAs(form: Form, all: readonly Declared[], { region, intro }: Around): string {
  if (form === "terraform") return `# ${intro}\n\n${terraformOf(merged(all))}`;
  if (form === "cloudformation") return `${JSON.stringify(cloudFormationOf(merged(all), intro), null, 2)}\n`;
  const sending = all.filter(({ aws }) => aws.length > 0).map((one) => awsText(one, region));
  return `${[`# ${intro}`, ...sending].join("\n\n")}\n`;
}

function awsText({ effects, aws }: Declared, region: string | undefined): string {
  const lines = aws.map((one) => (typeof one === "string" ? one : awsLine(one, region)));
  return [...effects.map((effect) => `# ${effect}`), ...lines].join("\n");
}

/** Parts of one resource are one block: code has it once. */
function merged(all: readonly Declared[]): readonly Declared[] {
  const byLabel = new Map<string, Declared>();
  for (const one of all) {
    const before = byLabel.get(one.label);
    byLabel.set(one.label, before === undefined ? one : both(before, one));
  }
  return [...byLabel.values()];
}

function both(a: Declared, b: Declared): Declared {
  const [first, second] = [a.cloudFormation, b.cloudFormation];
  const properties = { ...first?.properties, ...second?.properties };
  return {
    label: a.label,
    effects: [...a.effects, ...b.effects],
    terraform: {
      type: a.terraform.type,
      attributes: { ...a.terraform.attributes, ...b.terraform.attributes },
      blocks: { ...a.terraform.blocks, ...b.terraform.blocks },
    },
    ...(first && { cloudFormation: { type: first.type, properties } }),
    aws: [...a.aws, ...b.aws],
  };
}
