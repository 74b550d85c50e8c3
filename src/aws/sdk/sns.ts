export { GetTopicAttributesCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
