import type { Story } from "../story.ts";

/** No secret stands in what was printed, nor in a file. The message does not repeat it. */
export function noSecret({ secrets, lives, journals, files }: Story): readonly string[] {
  const texts = [
    ...lives.flatMap(({ life, stdout, stderr }) => [
      { where: `standard output of ${life.name}`, text: stdout },
      { where: `standard error of ${life.name}`, text: stderr },
    ]),
    ...[...journals, ...files].map(({ path, text }) => ({ where: path, text })),
  ];
  const isTold = (text: string): boolean => secrets.some((secret) => secret.length > 5 && text.includes(secret));
  return texts.filter(({ text }) => isTold(text)).map(({ where }) => `a secret stands in ${where}`);
}
