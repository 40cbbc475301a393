import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { type Account, accountOf } from '../../cli/app/account';
import type { CheckUp } from '../../cli/doctor';
import type { Surroundings } from '../../cli/surroundings';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { MINUTE, Scene, type SceneOptions, templateOf } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

interface World {
  /** Status by stack; `CDKToolkit` has a version as well. */
  stacks: Record<string, { readonly status: string; readonly version?: string } | undefined>;
  signIn?: Account['signIn'];
  /** How many chats the stack has. */
  channels: number;
}

/** CloudFormation of a scene, which the embedded engine has not. */
function cloudFormationOf(scene: Scene, world: World): CloudFormationClient {
  const resources = Object.entries(templateOf({ name: 'digits' }).Resources).map(([LogicalResourceId, { Type }]) => ({
    LogicalResourceId,
    ResourceType: Type,
    PhysicalResourceId: Type === 'AWS::Lambda::Function' ? scene.world.stack.ref(LogicalResourceId) : LogicalResourceId,
  }));
  const channels = Array.from({ length: world.channels }, (_, index) => ({
    ...{ LogicalResourceId: `Chat${index}`, ResourceType: 'AWS::Events::ApiDestination', PhysicalResourceId: 'chat' },
  }));
  return Object.assign(Object.create(CloudFormationClient.prototype as object) as CloudFormationClient, {
    send: async ({ constructor, input }: { constructor: { name: string }; input: { StackName: string } }) => {
      const found = world.stacks[input.StackName];
      if (found === undefined)
        throw Object.assign(new Error(`Stack with id ${input.StackName} does not exist`), { name: 'ValidationError' });
      if (constructor.name === 'ListStackResourcesCommand')
        return { StackResourceSummaries: [...resources, ...channels] };
      const outputs =
        found.version === undefined ? [] : [{ OutputKey: 'BootstrapVersion', OutputValue: found.version }];
      return { Stacks: [{ StackStatus: found.status, Outputs: outputs }] };
    },
  });
}

const WHOLE: World = {
  stacks: { CDKToolkit: { status: 'CREATE_COMPLETE', version: '30' }, Greenlight: { status: 'UPDATE_COMPLETE' } },
  channels: 0,
};

/** A person in front of a scene, with all that a fresh account may lack. */
function personAt(scene: Scene, world: World): Partial<Surroundings> {
  const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
  const context = lambdaContext(scene.world.user, {}, { clock: scene.world.clock });
  const { lambda, sns } = scene.world.user;
  const signIn = async () => ({ region: 'eu-west-1', accessKeyId: 'AKIAEXAMPLE' });
  return {
    findApp: async () => ({ ports, context, recording: undefined }),
    findAccount: async () => ({
      ...accountOf({ cloudFormation: cloudFormationOf(scene, world), lambda, sns }),
      signIn: world.signIn ?? signIn,
    }),
  };
}

async function examined(scene: Scene, change: Partial<World> = {}) {
  const { code, out } = await greenlight(scene, 'doctor --json', personAt(scene, { ...WHOLE, ...change }));
  const { result } = JSON.parse(out) as {
    readonly result: { readonly ok: boolean; readonly findings: readonly CheckUp[] };
  };
  return { code, ...result };
}
const toDo = (findings: readonly CheckUp[]) => findings.filter(({ state }) => state === 'to do');

const subscribe = (scene: Scene, isConfirmed: boolean) => {
  const [topicArn = ''] = scene.world.services.sns.topicArns();
  scene.world.services.sns.subscriptions.set('mail', { topicArn, isConfirmed });
};

/** An endpoint in service with users, and a person who is subscribed. */
async function healthy(options: SceneOptions = {}): Promise<Scene> {
  const scene = await Scene.open(options);
  subscribe(scene, true);
  await scene.serve();
  await scene.world.runFor(10 * MINUTE);
  return scene;
}

it('finds nothing to do where all is there, and exits with 0', async () => {
  const { code, ok, findings } = await examined(await healthy());
  expect(toDo(findings)).toEqual([]);
  expect([code, ok]).toEqual([0, true]);
  expect(findings.map(({ check }) => check)).toEqual([
    ...['credentials', 'region', 'bootstrap', 'concurrency', 'code storage', 'app', 'subscriptions'],
    ...['digits: golden', 'digits: live', 'digits: traffic'],
  ]);
});

describe('one thing that is missing is the one thing to do, with the command to run:', () => {
  const refuse = (name: string, message: string) => async () => {
    throw Object.assign(new Error(message), { name });
  };
  it.each<readonly [string, Partial<World>, string, RegExp]>([
    [
      'credentials',
      { signIn: refuse('CredentialsProviderError', 'Could not load') },
      'credentials',
      /^NoCredentials: .*aws sso login/,
    ],
    ['a region', { signIn: refuse('Error', 'Region is missing') }, 'credentials', /^NoRegion: .*AWS_REGION/],
    ['the bootstrap', { stacks: { ...WHOLE.stacks, CDKToolkit: undefined } }, 'bootstrap', /never bootstrapped/],
    [
      'a bootstrap that is new enough',
      { stacks: { ...WHOLE.stacks, CDKToolkit: { status: 'CREATE_COMPLETE', version: '5' } } },
      'bootstrap',
      /version 5: 6 or later/,
    ],
    ['the app', { stacks: { CDKToolkit: WHOLE.stacks['CDKToolkit'] } }, 'app', /no stack Greenlight/],
    [
      'a deploy that came through',
      { stacks: { ...WHOLE.stacks, Greenlight: { status: 'ROLLBACK_COMPLETE' } } },
      'app',
      /ROLLBACK_COMPLETE/,
    ],
  ])('%s', async (_, change, check, says) => {
    const { code, ok, findings } = await examined(await healthy(), change);
    expect([code, ok]).toEqual([1, false]);
    expect(toDo(findings)).toEqual([expect.objectContaining({ check, says: expect.stringMatching(says) as string })]);
    if (check !== 'credentials') expect(toDo(findings)[0]?.commands[0]).toMatch(/^(npx cdk|aws cloudformation) /);
  });

  it('subscribers, and one who did not follow the link', async () => {
    const scene = await healthy();
    scene.world.services.sns.subscriptions.clear();
    expect(toDo((await examined(scene)).findings)).toEqual([
      expect.objectContaining({
        check: 'subscriptions',
        commands: [expect.stringMatching(/^aws sns subscribe --topic-arn arn:aws:sns:\S+ --protocol email /)],
      }),
    ]);
    expect(toDo((await examined(scene, { channels: 2 })).findings)).toEqual([]);
    subscribe(scene, false);
    expect(toDo((await examined(scene)).findings)[0]?.says).toMatch(/^1 by mail, none confirmed/);
  });

  it('concurrency', async () => {
    const scene = await healthy();
    scene.world.services.lambda.concurrency.limit = 10;
    const [found] = toDo((await examined(scene)).findings);
    expect(found).toMatchObject({ check: 'concurrency', commands: [expect.stringContaining('L-B99A9384')] });
  });

  it('room for the code of more versions', async () => {
    const scene = await healthy();
    scene.world.services.lambda.concurrency.mostCodeBytes = 2_500;
    const [found] = toDo((await examined(scene)).findings);
    expect(found).toMatchObject({ check: 'code storage', commands: [expect.stringContaining('L-2ACBD22F')] });
    expect(found?.says).toMatch(/no model is published any more/);
  });

  it('the golden set', async () => {
    const scene = await healthy();
    await scene.change({ goldenSet: { key: 'golden/digits.json' } });
    expect(toDo((await examined(scene)).findings)).toEqual([
      expect.objectContaining({
        check: 'digits: golden',
        commands: [`aws s3 cp GOLDEN.json s3://${scene.app.bucket}/golden/digits.json`],
      }),
    ]);
  });

  it('a model, and then users', async () => {
    const scene = await Scene.open();
    subscribe(scene, true);
    expect(toDo((await examined(scene)).findings)).toEqual([
      expect.objectContaining({
        check: 'digits: live',
        commands: ['greenlight upload MODEL.onnx --endpoint digits --wait'],
      }),
    ]);
    await scene.serve();
    scene.requestsPerMinute = 0;
    await scene.world.runFor(90 * MINUTE);
    expect(toDo((await examined(scene)).findings)).toEqual([
      expect.objectContaining({ check: 'digits: traffic', commands: ['greenlight traffic digits --rpm 600'] }),
    ]);
  });
});

it('says so in lines that fit a terminal, each command whole on a line of its own', async () => {
  const scene = await Scene.open();
  const { code, out } = await greenlight(scene, 'doctor', personAt(scene, WHOLE));
  expect(code).toBe(1);
  expect(out).toMatch(/^ok {5}credentials/m);
  expect(out).toMatch(/^to do {2}subscriptions +no one hears/m);
  expect(out).toMatch(/^ +npx greenlight upload MODEL\.onnx --endpoint digits --wait$/m);
  expect(out).toMatch(/\n2 to do\.\n$/);
});

it('has no account to look at in a recording', async () => {
  const scene = await Scene.open();
  const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
  const recorded = { findApp: async () => ({ ports, context: undefined, recording: 'out/demo/recording.json' }) };
  const { code, err } = await greenlight(scene, 'doctor --demo', recorded);
  expect([code, err]).toEqual([1, expect.stringContaining('RecordingOnly')]);
});
