import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Greenlight } from '../../../lib/greenlight';
import { appWithoutBundles } from '../../../lib/synthesise';

const cloudwatch = (action: string, resources: string[]) =>
  new PolicyStatement({ principals: [new ServicePrincipal('cloudwatch.amazonaws.com')], actions: [action], resources });

/** Synthesises an app with a topic of its user's own. */
function synth(topic: (stack: Stack) => ITopic) {
  const app = appWithoutBundles();
  const stack = new Stack(app, 'Own');
  new Greenlight(stack, 'Models', { topic: topic(stack), dashboard: false });
  return app.synth().getStackByName('Own');
}

describe('a topic of the user', () => {
  it.each<[string, (stack: Stack) => Topic, RegExp]>([
    [
      'refuses plain HTTP and allows nothing',
      (stack) => new Topic(stack, 'T', { enforceSSL: true }),
      /Own\/T .*sns:Publish/,
    ],
    [
      'is under the free key of SNS',
      (stack) => new Topic(stack, 'T', { masterKey: Alias.fromAliasName(stack, 'A', 'alias/aws/sns') }),
      /alias\/aws\/sns/,
    ],
    [
      'is under a key that does not know CloudWatch',
      (stack) => new Topic(stack, 'T', { masterKey: new Key(stack, 'K') }),
      /The key of the topic Own\/T .*kms:GenerateDataKey/,
    ],
    [
      'is under a key that lets CloudWatch only decrypt',
      (stack) => {
        const key = new Key(stack, 'K');
        key.addToResourcePolicy(cloudwatch('kms:Decrypt', ['*']));
        return new Topic(stack, 'T', { masterKey: key });
      },
      /The key of the topic/,
    ],
  ])('that %s is refused by name at synth', (_, topic, why) => expect(() => synth(topic)).toThrow(why));

  it('with the default policy is taken: it lets the alarms of its account publish', () => {
    expect(() => synth((stack) => new Topic(stack, 'T'))).not.toThrow();
  });

  it('that allows alarms, whenever that was said, is taken, and the publisher may use its key', () => {
    const { template } = synth((stack) => {
      const key = new Key(stack, 'K');
      const topic = new Topic(stack, 'T', { enforceSSL: true, masterKey: key });
      key.addToResourcePolicy(cloudwatch('kms:*', ['*']));
      topic.addToResourcePolicy(cloudwatch('sns:Publish', [topic.topicArn]));
      return topic;
    }) as { readonly template: { readonly Resources: Readonly<Record<string, { readonly Type: string }>> } };
    const policies = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(JSON.stringify(policies)).toContain('kms:GenerateDataKey');
  });

  it('that another app made is taken, and synth says that it was not checked', () => {
    const { messages } = synth((stack) => Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:eu-west-1:123456789012:ours'));
    expect(messages.map(({ entry }) => JSON.stringify(entry.data)).join()).toContain('nothing here can see');
  });
});
