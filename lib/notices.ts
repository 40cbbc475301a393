import { Annotations, ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { whyAlarmsAreLost } from './own-topic';

export interface NoticesProps {
  readonly topic?: sns.ITopic;
  readonly email?: string;
  /** What encrypts a topic that is made here. @default - a new key */
  readonly key?: kms.IKey;
}

/** Where people hear of rollouts, requests for approval and alarms. */
export class NoticeTopic extends Construct {
  readonly topic: sns.ITopic;
  /** Of a topic that was brought along: if it is known here. */
  readonly key?: kms.IKey;

  constructor(scope: Construct, id: string, props: NoticesProps) {
    super(scope, id);
    if (props.topic !== undefined) {
      this.topic = props.topic;
      this.key = props.topic.masterKey;
      this.checkOwnTopic(props.topic);
    } else {
      this.key = props.key ?? noticesKey(this);
      this.topic = new sns.Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
      // The refusal of plain HTTP makes a policy, and any policy takes the place of the default one, which knows
      // alarms.
      this.topic.addToResourcePolicy(
        new PolicyStatement({ ...alarmsOf(this), actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
      );
    }
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }

  /**
   * At the end of synthesis, when a topic of this app has got its policy. What another app made cannot be looked at.
   */
  private checkOwnTopic(topic: sns.ITopic): void {
    if (topic instanceof sns.Topic) this.node.addValidation({ validate: () => whyAlarmsAreLost(topic) });
    else
      Annotations.of(this).addInfo(
        'The topic is not made in this app, so nothing here can see whether alarms may publish to it. What its ' +
          "policy and its key must allow is in docs/guides/operations.md, 'A topic of your own'.",
      );
  }
}

/** CloudWatch, when it acts for an alarm of this account and Region. */
const alarmsOf = (scope: Construct): Pick<PolicyStatementProps, 'principals' | 'conditions'> => ({
  principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
  conditions: {
    StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
    ArnLike: {
      'aws:SourceArn': Stack.of(scope).formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    },
  },
});

/**
 * A key of our own, about one dollar a month: CloudWatch alarms cannot publish to a topic under the free key of SNS,
 * whose policy does not know them. See "Why can't I receive SNS notifications for my CloudWatch alarm" at AWS re:Post.
 * The handlers use it with their own rights, which the key's policy leaves to the account.
 */
function noticesKey(scope: Construct): kms.Key {
  const key = new kms.Key(scope, 'Key', {
    description: 'Encrypts the notices of Greenlight',
    enableKeyRotation: true,
    pendingWindow: Duration.days(7),
    // Nothing outlives a notice, so nothing is lost with the key.
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      ...alarmsOf(scope),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  return key;
}
