import { Stack } from 'aws-cdk-lib';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Greenlight, GreenlightControlPlane, GreenlightStack, secure, type SecurityProps } from '../../../lib/index';
import { appWithoutBundles } from '../../../lib/synthesise';
import { Template } from './template';

const READERS = ['222222222222', '333333333333'];
const PRINCIPALS = READERS.map((account) => `arn:aws:iam::${account}:root`);

interface Statement {
  readonly Sid?: string;
  readonly Principal: { readonly AWS?: string | readonly string[] };
}

/** A stage with readers, with readers, and what it is told of. */
function staging(make: (stack: Stack) => SecurityProps | undefined, modelReaders: readonly string[] = READERS) {
  const app = appWithoutBundles();
  const stack = new Stack(app, 'Staging');
  const security = make(stack);
  new GreenlightControlPlane(stack, 'Plane', { name: 'staging', modelReaders, ...(security && { security }) });
  const { template: json, messages } = app.synth().getStackByName('Staging') as {
    readonly template: Record<string, unknown>;
    readonly messages: readonly { readonly entry: { readonly data?: unknown } }[];
  };
  const template = Template.from(json);
  const { PolicyDocument } = template.properties(template.one('AWS::S3::BucketPolicy'));
  return {
    template,
    ofBucket: statementsFor(PolicyDocument),
    infos: messages.map(({ entry }) => JSON.stringify(entry.data)).filter((text) => text.includes(READERS[0]!)),
  };
}

const statementsFor = (document: unknown): readonly Statement[] =>
  (document as { readonly Statement: readonly Statement[] }).Statement.filter(({ Principal }) =>
    [Principal.AWS].flat().some((one) => PRINCIPALS.includes(String(one))),
  );

describe('accounts that may read models', () => {
  it('read and list models, and nothing else of the bucket', () => {
    const { template, ofBucket } = staging(() => undefined);
    const arn = `<${template.one('AWS::S3::Bucket').id}.Arn>`;
    expect(ofBucket).toEqual([
      {
        Sid: 'ReadModels',
        Effect: 'Allow',
        Principal: { AWS: PRINCIPALS },
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: `${arn}/models/*`,
      },
      {
        Sid: 'ListModels',
        Effect: 'Allow',
        Principal: { AWS: PRINCIPALS },
        Action: ['s3:ListBucket', 's3:ListBucketVersions'],
        Resource: arn,
        Condition: { StringLike: { 's3:prefix': 'models/*' } },
      },
    ]);
  });

  const decrypts = (template: Template) =>
    template.all('AWS::KMS::Key').flatMap((one) => statementsFor(template.properties(one).KeyPolicy));
  const DECRYPT = {
    Effect: 'Allow',
    Principal: { AWS: PRINCIPALS },
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } },
  };

  it('decrypt them with a key of this app, by way of S3 alone', () => {
    const { template, infos } = staging((stack) => ({ key: new Key(stack, 'Key') }));
    expect(decrypts(template)).toEqual([DECRYPT]);
    expect(infos).toEqual([]);
  });

  it('do so too where the whole stack is held to the key, which may be later', () => {
    const app = appWithoutBundles();
    const stack = new GreenlightStack(app, 'Staging', { endpoints: [{ name: 'digits' }], modelReaders: READERS });
    secure(stack, { key: new Key(stack, 'Key') });
    expect(decrypts(Template.from(app.synth().getStackByName('Staging').template as Record<string, unknown>))).toEqual([
      DECRYPT,
    ]);
  });

  it('need the policy of a key of another app, which synth says', () => {
    const arn = 'arn:aws:kms:eu-central-1:123456789012:key/0';
    const { infos } = staging((stack) => ({ key: Key.fromKeyArn(stack, 'Key', arn) }));
    expect(infos).toEqual([
      expect.stringMatching(
        /The key is not made in this app, so nothing here lets 222222222222, 333333333333 decrypt.*security\.md/,
      ),
    ]);
  });

  it('are refused beside a key that AWS manages, which no other account can use', () => {
    expect(() => staging((stack) => ({ key: Alias.fromAliasName(stack, 'Key', 'alias/aws/s3') }))).toThrow(
      /modelReaders is 222222222222, 333333333333, and security.key is .*alias\/aws\/s3: no other account can use/,
    );
  });

  it('are none where none are named', () => {
    const { template, ofBucket } = staging((stack) => ({ key: new Key(stack, 'Key') }), []);
    expect([ofBucket, decrypts(template)]).toEqual([[], []]);
  });

  it('are refused with field, value and limit, all at once', () => {
    const made = (modelReaders: readonly string[]) => () =>
      new Greenlight(new Stack(appWithoutBundles(), 'Staging'), 'Models', { modelReaders });
    expect(made(['222222222222', '22222222222', 'arn:aws:iam::333333333333:root'])).toThrow(
      /^2 problems[^]*modelReaders\[1\] is "22222222222": must be the id of an account, 12 digits\n[^]*modelReaders\[2\]/,
    );
    const many = Array.from({ length: 101 }, (_, index) => String(222_222_222_222 + index));
    expect(made(many)).toThrow(/modelReaders has 101 accounts: at most 100/);
    expect(made(many.slice(1))).not.toThrow();
  });
});
