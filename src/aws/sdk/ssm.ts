export {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  ResumeSessionCommand,
  SSMClient,
  StartSessionCommand,
  TerminateSessionCommand,
} from "@aws-sdk/client-ssm";
