import { SecretValue, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { context } from '../../../cdk.json';
import { GreenlightStack } from '../../../lib/greenlight-stack';
import { NoticeChannel, slack } from '../../../lib/notice-channel';
import { appWithoutBundles } from '../../../lib/synthesise';

const secret = SecretValue.secretsManager('chat');

function synth(change: (stack: GreenlightStack) => unknown = () => {}): () => void {
  const app = appWithoutBundles();
  change(
    new GreenlightStack(app, 'Greenlight', {
      endpoints: [
        { name: 'digits', goldenSet: { key: 'golden/digits.json' } },
        { name: 'fraud-check', captureSampleRate: 0.1, provisionedConcurrency: 1, vetoAlarms: ['errors'] },
      ],
    }),
  );
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return () => app.synth();
}

/** The report is printed, and the process is told to fail; both are kept from the test run here. */
function passes(run: () => void): boolean {
  const before = process.exitCode;
  const silence = [
    jest.spyOn(console, 'error').mockImplementation(),
    jest.spyOn(process.stderr, 'write').mockReturnValue(true),
  ];
  try {
    run();
    return process.exitCode === before;
  } catch {
    return false;
  } finally {
    process.exitCode = before;
    for (const spy of silence) spy.mockRestore();
  }
}

it("breaks none of AWS's security rules without a reason written beside it", () => {
  expect(passes(synth())).toBe(true);
});

it('nor does a channel for notices', () => {
  const channel = ({ greenlight }: GreenlightStack) =>
    new NoticeChannel(greenlight, 'Slack', { greenlight, to: slack({ channel: 'C024BE91L', botToken: secret }) });
  expect(passes(synth(channel))).toBe(true);
});

it('would be told of a resource that does', () => {
  expect(passes(synth((stack) => new Bucket(stack, 'Careless')))).toBe(false);
});

describe('the app of bin', () => {
  const variables = {
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
    // The CDK's own checks take four seconds; `cdk synth` runs them.
    CDK_VALIDATION: 'false',
  };
  beforeAll(() => void Object.assign(process.env, variables));
  afterAll(() => Object.keys(variables).forEach((name) => delete process.env[name]));

  it('is synthesised under the same rules, which see what is added to it', async () => {
    const { app } = await import('../../../bin/greenlight');
    expect(passes(() => app.synth())).toBe(true);
    new Bucket(app.node.findChild('Greenlight'), 'Careless');
    expect(passes(() => app.synth({ force: true }))).toBe(false);
  });
});
