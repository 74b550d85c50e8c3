export {
  CloudWatchClient,
  DeleteAlarmMuteRuleCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetAlarmMuteRuleCommand,
  GetMetricDataCommand,
  PutAlarmMuteRuleCommand,
} from "@aws-sdk/client-cloudwatch";
