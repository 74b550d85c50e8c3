import { reading, type ServiceApi } from "../http/operation.ts";

export const stsApi: ServiceApi = {
  scope: "sts",
  name: "sts",
  queryVersion: "2011-06-15",
  xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  operations: {
    GetCallerIdentity: reading((world) => ({
      Arn: `arn:aws:sts::${world.account}:assumed-role/operator/rehearsal`,
      UserId: "AROAREHEARSALOPERATOR:rehearsal",
      Account: world.account,
    })),
  },
};
