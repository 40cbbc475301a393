import { HANDLER_METADATA, MODEL_SERVER } from '../../../lambdas/contract/names';
import { Template } from './template';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: unknown;
}

const off = new Template([{ name: 'digits', feedback: false }]);
const on = new Template([
  { name: 'digits', captureSampleRate: 0.01, feedback: false },
  { name: 'fraud-check', feedback: false },
]);
const BUCKET = `<${on.one('AWS::S3::Bucket').id}.Arn>`;

/** S3 statements of a function's role; an endpoint's function is told from others by its description. */
function s3Rights(from: Template, metadata: string, about: string): readonly Statement[] {
  const found = from
    .all('AWS::Lambda::Function')
    .find(
      ({ Metadata, Properties }) =>
        Metadata?.[HANDLER_METADATA] === metadata && String(Properties['Description']).includes(about),
    );
  const role = (from.properties(found!)['Role'] as string).replace('.Arn', '');
  return from
    .all('AWS::IAM::Policy')
    .map((policy) => from.properties(policy) as { Roles: string[]; PolicyDocument: { Statement: Statement[] } })
    .filter(({ Roles }) => Roles.includes(role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('s3:')));
}

const writes = (statements: readonly Statement[]) => statements.filter(({ Action }) => Action === 's3:PutObject');

describe('where requests are captured', () => {
  it('the endpoint may write its own, and no other endpoint may', () => {
    expect(writes(s3Rights(on, MODEL_SERVER, 'digits')).map(({ Resource }) => Resource)).toEqual([
      `${BUCKET}/captured/digits/*`,
    ]);
    expect(writes(s3Rights(on, MODEL_SERVER, 'fraud-check'))).toEqual([]);
  });

  it('no endpoint may read what was captured', () => {
    const resources = s3Rights(on, MODEL_SERVER, 'digits')
      .filter(({ Action }) => [Action].flat().includes('s3:GetObject'))
      .map(({ Resource }) => Resource);
    expect(resources).toEqual([`${BUCKET}/models/digits/*`, `${BUCKET}/rollouts/digits/class-names/*`]);
  });

  it('the replay may list and read captures, and verification none', () => {
    const captures = (handler: string) =>
      s3Rights(on, handler, '').flatMap(
        ({ Action, Resource, Condition }) =>
          JSON.stringify([Resource, Condition])
            .match(/captured\/[^"]*/g)
            ?.map((path) => [Action, path]) ?? [],
      );
    expect(captures('verify-green')).toEqual([]);
    expect(captures('replay-traffic')).toEqual([
      ['s3:ListBucket', 'captured/*'],
      ['s3:GetObject', 'captured/*'],
    ]);
    // Verification tells a golden set that is gone from one that it may not read, which takes the right to list; and
    // whether there are samples. It reads none of them.
    expect(s3Rights(on, 'verify-green', '')).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: `${BUCKET}/golden/*` },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: BUCKET },
    ]);
  });
});

it('lets no endpoint write captures where none are kept', () => {
  expect(writes(s3Rights(off, MODEL_SERVER, 'digits'))).toEqual([]);
});

it('deletes captures after a week, old versions too', () => {
  const { Rules } = on.properties(on.one('AWS::S3::Bucket'))['LifecycleConfiguration'] as {
    Rules: Record<string, unknown>[];
  };
  expect(Rules.filter(({ Prefix }) => Prefix === 'captured/')).toEqual([
    expect.objectContaining({
      Status: 'Enabled',
      ExpirationInDays: 7,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    }),
  ]);
});
