export {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  ResumeSessionCommand,
  SSMClient,
  TerminateSessionCommand,
} from "@aws-sdk/client-ssm";
