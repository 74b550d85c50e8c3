import { AwsError } from "../http/aws-error.ts";
import { required, text } from "../http/input.ts";
import { changing, reading, type ServiceApi } from "../http/operation.ts";
import { page } from "../http/page.ts";
import { publish } from "./publish.ts";

export const snsApi: ServiceApi = {
  scope: "sns",
  name: "sns",
  queryVersion: "2010-03-31",
  xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  operations: {
    ListTopics: reading((world, input) => {
      const { items, nextToken } = page([...world.topics], 100, text(input, "NextToken"), "topics");
      return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: nextToken };
    }),

    Publish: changing((world, input) => {
      const topic = text(input, "TopicArn") ?? required(input, "TargetArn");
      const published = publish(world, topic, text(input, "Subject"), required(input, "Message"));
      if (published === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
      return { MessageId: published.messageId };
    }),
  },
};
