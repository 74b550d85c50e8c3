import { expect, it } from "vitest";
import { parseSecretSource } from "../../src/domain/secret-source.ts";

const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:vulcan/url-AbCdEf";
const PARAMETER = "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/vulcan/url";
const ofSecret = { service: "secretsmanager", arn: SECRET, region: "eu-west-1", account: "111122223333" };
const ofParameter = { service: "ssm", arn: PARAMETER, region: "cn-north-1", account: "111122223333" };

it.each<[string, object]>([
  [SECRET, ofSecret],
  [`${SECRET}#url`, { ...ofSecret, key: "url" }],
  [`${SECRET}:url::`, { ...ofSecret, key: "url" }],
  [`${SECRET}::AWSPREVIOUS:`, { ...ofSecret, stage: "AWSPREVIOUS" }],
  [`${SECRET}:url::0f5e-1`, { ...ofSecret, key: "url", version: "0f5e-1" }],
  [PARAMETER, ofParameter],
  [`${PARAMETER}#url`, { ...ofParameter, key: "url" }],
])("%s", (text, source) => {
  expect(parseSecretSource(text)).toEqual(source);
});

it.each([
  "postgres://vulcan:password@host/vulcan",
  `${SECRET}:url`,
  `${SECRET}:url::#key`,
  `${SECRET}#`,
  `${SECRET} `,
  `${SECRET}'; rm -rf ~`,
  `${SECRET}\n`,
  `${PARAMETER}:url::`,
  "arn:aws:secretsmanager:eu-west-1::secret:x",
  "arn:aws:s3:::bucket/key",
])("is none: %s", (text) => {
  expect(parseSecretSource(text)).toBeUndefined();
});
