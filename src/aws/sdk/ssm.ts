export {
  DeleteParameterCommand,
  GetCalendarStateCommand,
  GetParameterCommand,
  PutParameterCommand,
  ResumeSessionCommand,
  SSMClient,
  StartSessionCommand,
  TerminateSessionCommand,
} from "@aws-sdk/client-ssm";
