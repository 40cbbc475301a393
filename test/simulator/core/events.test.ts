import { targetInput } from '../../../simulator/event-input';
import { matchesPattern, UnsupportedPattern } from '../../../simulator/event-pattern';
import { deployed, functionResources, handlers } from './small-world';

const created = {
  source: 'aws.s3',
  detailType: 'Object Created',
  detail: { object: { key: 'models/digits/v2.onnx', size: 10 } },
};
const rule = (more: object = {}) => ({
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.s3'], detail: { object: { key: [{ wildcard: 'models/*/*.onnx' }] } } },
      Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Work', 'Arn'] }, ...more }],
    },
  },
});

describe('an event pattern', () => {
  const event = { source: 'aws.s3', detail: { key: 'models/a.onnx', size: 10, tags: ['x', 'y'], none: null } };
  it.each([
    [{ source: ['aws.s3', 'other'] }, true],
    [{ source: ['other'] }, false],
    [{ detail: { key: [{ prefix: 'models/' }] } }, true],
    [{ detail: { key: [{ suffix: '.onnx' }] } }, true],
    [{ detail: { key: [{ suffix: '.txt' }] } }, false],
    [{ detail: { key: [{ wildcard: 'models/*.onnx' }] } }, true],
    [{ detail: { key: [{ wildcard: '*/b*' }] } }, false],
    [{ detail: { key: [{ 'equals-ignore-case': 'MODELS/A.ONNX' }] } }, true],
    [{ detail: { key: [{ 'anything-but': ['models/a.onnx'] }] } }, false],
    [{ detail: { key: [{ 'anything-but': { prefix: 'other/' } }] } }, true],
    [{ detail: { key: [{ 'anything-but': { suffix: ['.onnx', '.txt'] } }] } }, false],
    [{ detail: { size: [{ numeric: ['>', 5, '<=', 10] }] } }, true],
    [{ detail: { size: [{ numeric: ['>', 10] }] } }, false],
    [{ detail: { size: [{ exists: true }] } }, true],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { missing: [{ exists: true }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { tags: ['y'] } }, true],
    [{ detail: { none: [null] } }, true],
    [{ detail: { $or: [{ size: [1] }, { key: [{ prefix: 'models' }] }] } }, true],
  ])('%j matches: %s', (pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  it('with a matcher that is not known is an error', () => {
    expect(() => matchesPattern({ source: [{ cidr: '10.0.0.0/8' }] }, event)).toThrow(UnsupportedPattern);
  });
});

describe('a rule', () => {
  const received = async (
    more: object = {},
    prepare: (world: Awaited<ReturnType<typeof deployed>>) => void = () => {},
  ) => {
    const events: unknown[] = [];
    const world = await deployed(
      { ...functionResources('Work'), ...rule(more) },
      { handlers: handlers({ work: (event) => void events.push(event) }) },
    );
    prepare(world);
    world.events.emit(created);
    world.events.emit({ ...created, detail: { object: { key: 'other.txt' } } });
    await world.runFor(120_000);
    return events;
  };

  it('gives its function the events that match, a moment later', async () => {
    expect(await received()).toMatchObject([
      { source: 'aws.s3', 'detail-type': 'Object Created', detail: created.detail },
    ]);
  });

  it('may lose, double or delay them', async () => {
    expect(await received({}, (world) => (world.events.delivery = () => []))).toHaveLength(0);
    expect(await received({}, (world) => (world.events.delivery = () => [100, 60_000]))).toHaveLength(2);
    expect(await received({}, (world) => (world.events.delivery = () => [600_000]))).toHaveLength(0);
  });

  it('shapes what its target gets', async () => {
    const InputTransformer = {
      InputPathsMap: { key: '$.detail.object.key', size: '$.detail.object.size' },
      InputTemplate: '{"text":"got <key>","size":<size>}',
    };
    expect(await received({ InputTransformer })).toEqual([{ text: 'got models/digits/v2.onnx', size: 10 }]);
    expect(await received({ InputPath: '$.detail.object' })).toEqual([created.detail.object]);
    expect(targetInput({ Input: '{"fixed":1}' }, {})).toEqual({ fixed: 1 });
  });

  it('has a failing function tried three times over three minutes, then puts the event aside', async () => {
    const times: number[] = [];
    const resources = {
      ...functionResources('Work', [], { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } }),
      ...rule(),
      Queue: { Type: 'AWS::SQS::Queue' },
    };
    const world = await deployed(resources, {
      handlers: handlers({
        work: (_, { clock }) => {
          times.push(clock.now());
          throw new Error('broken');
        },
      }),
    });
    world.events.emit(created);
    await world.runFor(10 * 60_000);
    expect(times.map((time) => time - times[0]!)).toEqual([0, 60_000, 180_000]);
    expect(world.invocations.deadLetters).toMatchObject([
      {
        functionName: 'work',
        destination: 'arn:aws:sqs:eu-west-1:123456789012:greenlight-Queue',
        event: { detail: created.detail },
      },
    ]);
    expect(world.invocations.deadLetters[0]!.error).toContain('broken');
  });
});
