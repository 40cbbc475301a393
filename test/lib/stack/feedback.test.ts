import { HANDLER_METADATA, MODEL_SERVER } from '../../../lambdas/contract/names';
import { Template } from './template';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
}

const template = new Template([
  { name: 'digits' },
  { name: 'fraud-check', feedback: { keepDays: 7 } },
  { name: 'silent', feedback: false },
]);
const BUCKET = `<${template.one('AWS::S3::Bucket').id}.Arn>`;

/** Statements about labels, by the name of the role's function. */
function rightsToLabels(): readonly (readonly [about: string, statement: Statement])[] {
  const functions = template.all('AWS::Lambda::Function');
  const policies = template
    .all('AWS::IAM::Policy')
    .map((policy) => template.properties(policy) as { Roles: string[]; PolicyDocument: { Statement: Statement[] } });
  return functions.flatMap((one) => {
    const { Role, Description } = template.properties(one) as { Role: string; Description: string };
    const role = Role.replace('.Arn', '');
    const about =
      one.Metadata?.[HANDLER_METADATA] === MODEL_SERVER ? Description : String(one.Metadata?.[HANDLER_METADATA]);
    return policies
      .filter(({ Roles }) => Roles.includes(role))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Resource }) => JSON.stringify(Resource).includes('labels/'))
      .map((statement) => [about, statement] as const);
  });
}

it("lets an endpoint read and write its own labels, no other's, and no other function any", () => {
  expect(rightsToLabels()).toEqual(
    ['digits', 'fraud-check'].map((name) => [
      `Greenlight: serves the model of ${name}`,
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: [`${BUCKET}/feedback/${name}/*`, `${BUCKET}/labels/*/${name}/*`],
      },
    ]),
  );
});

it('deletes labels when an id can no longer be labelled, old versions too, by rules that do not grow with endpoints', () => {
  const { Rules } = template.properties(template.one('AWS::S3::Bucket'))['LifecycleConfiguration'] as {
    Rules: { Prefix?: string; Id: string }[];
  };
  const rule = (Prefix: string, ExpirationInDays: number) =>
    expect.objectContaining({
      Prefix,
      ExpirationInDays,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      Status: 'Enabled',
    }) as unknown;
  const byDays = Rules.filter(({ Prefix = '' }) => Prefix.startsWith('labels/'));
  expect(byDays).toContainEqual(rule('labels/30d/', 30));
  expect(byDays).toContainEqual(rule('labels/7d/', 7));
  // One of an unusual length has a rule of its own, and a thousand of a usual one have none.
  const rulesOf = (from: Template) =>
    (from.properties(from.one('AWS::S3::Bucket'))['LifecycleConfiguration'] as { Rules: unknown[] }).Rules;
  expect(rulesOf(new Template([{ name: 'digits', feedback: { keepDays: 45 } }]))).toContainEqual(
    rule('labels/45d/', 45),
  );
  expect(rulesOf(new Template([{ name: 'digits' }]))).toEqual(rulesOf(template));
  expect(Rules).toContainEqual(rule('feedback/', 30));
});
