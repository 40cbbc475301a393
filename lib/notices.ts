import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface NoticesProps {
  readonly topic?: sns.ITopic;
  readonly email?: string;
}

/** Where people hear of rollouts, requests for approval and alarms. */
export class Notices extends Construct {
  readonly topic: sns.ITopic;
  /** Undefined when the topic was brought along. */
  readonly key?: kms.Key;

  constructor(scope: Construct, id: string, props: NoticesProps) {
    super(scope, id);
    if (props.topic !== undefined) {
      this.topic = props.topic;
    } else {
      this.key = noticesKey(this);
      this.topic = new sns.Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    }
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }
}

/**
 * A key of our own, about one dollar a month: CloudWatch alarms cannot publish to a topic under the free key of SNS,
 * whose policy does not know them. See "Why can't I receive SNS notifications for my CloudWatch alarm" at AWS re:Post.
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
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
  return key;
}
