import { AwsError } from "../http/aws-error.ts";
import { required, text } from "../http/input.ts";
import { changing, type ServiceApi } from "../http/operation.ts";
import { publish } from "./publish.ts";
import { topicOperations } from "./topics.ts";

export const snsApi: ServiceApi = {
  scope: "sns",
  name: "sns",
  queryVersion: "2010-03-31",
  xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  xmlMaps: ["Attributes"],
  operations: {
    ...topicOperations,

    Publish: changing((world, input) => {
      const topic = text(input, "TopicArn") ?? required(input, "TargetArn");
      const published = publish(world, topic, text(input, "Subject"), required(input, "Message"));
      if (published === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
      return { MessageId: published.messageId };
    }),
  },
};
