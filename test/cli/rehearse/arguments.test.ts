import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';

const DIGITS = 'examples/digits';
const FILES = [
  '--blue',
  `${DIGITS}/v1-baseline.onnx`,
  '--green',
  `${DIGITS}/v2-better.onnx`,
  '--golden',
  `${DIGITS}/golden.json`,
  '--traffic',
  `${DIGITS}/live-traffic.json`,
];
const CONTRARY = join(mkdtempSync(join(tmpdir(), 'settings-')), 'contrary.json');
writeFileSync(CONTRARY, JSON.stringify({ gates: { errors: { tolerance: { ratio: 2 } } } }));

const refusal = (...argv: readonly string[]): string => {
  try {
    parseRehearsalArguments(argv);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'accepted';
};

const LIMITS = join(mkdtempSync(join(tmpdir(), 'settings-')), 'limits.json');
writeFileSync(LIMITS, JSON.stringify({ goldenSet: { key: 'golden/any.json', minAccuracy: 0.9 } }));
const MODELS = [`${DIGITS}/v1-baseline.onnx`, `${DIGITS}/v2-better.onnx`];

describe('the arguments of a rehearsal', () => {
  test('are two models at least, with or without a word before them', () => {
    const two = parseRehearsalArguments(MODELS);
    expect(two).toMatchObject({ blue: { says: MODELS[0] }, green: { says: MODELS[1] } });
    expect(two).toMatchObject({ golden: undefined, traffic: undefined });
    expect(parseRehearsalArguments(['--green', MODELS[1]!, MODELS[0]!])).toEqual(two);
  });

  test('take the golden set for the traffic where none is given', () =>
    expect(parseRehearsalArguments([...MODELS, '--golden', `${DIGITS}/golden.json`])).toMatchObject({
      traffic: { labels: expect.any(Array) as unknown[] },
    }));

  test('are told all at once where several are missing or wrong', () => {
    const told = refusal('--blue', 'nowhere.onnx', '--golden', 'package.json', '--rpm', '0', '--strategy', 'Yolo');
    for (const each of [/--blue nowhere/, /--green is missing/, /--golden package/, /--rpm 0/, /strategy: must be one/])
      expect(told).toMatch(each);
  });

  test('have defaults for all but the models', () => {
    expect(parseRehearsalArguments(FILES)).toMatchObject({
      settings: {},
      requestsPerMinute: undefined,
      labelShare: 0,
      seed: 1,
      json: false,
      out: 'out/rehearse',
    });
  });

  test('take a file of requests to replay, and refuse one that is no data set', () => {
    expect(parseRehearsalArguments(FILES)).toMatchObject({ replay: undefined });
    const replay = `${DIGITS}/live-traffic.json`;
    expect(parseRehearsalArguments([...FILES, '--replay', replay])).toMatchObject({ replay: { says: replay } });
    expect(refusal(...FILES, '--replay', CONTRARY)).toMatch(/--replay .*contrary\.json: Data set: /);
  });

  test('take a strategy by name or as steps', () => {
    expect(parseRehearsalArguments([...FILES, '--strategy', 'Progressive'])).toMatchObject({
      settings: { strategy: 'Progressive' },
    });
    const steps = '{"steps":[{"weight":20,"bakeMinutes":3}]}';
    expect(parseRehearsalArguments([...FILES, '--strategy', steps])).toMatchObject({
      settings: { strategy: { steps: [{ weight: 20, bakeMinutes: 3 }] } },
    });
  });

  test('take a server of one’s own in place of a file, running or to be started', () => {
    const argv = [
      '--blue-server',
      'http://127.0.0.1:8000/',
      '--green-server',
      'serve --port {port}',
      ...FILES.slice(4),
    ];
    expect(parseRehearsalArguments([...argv, '--model-name', 'm'])).toMatchObject({
      servers: {
        blue: { kind: 'url', url: 'http://127.0.0.1:8000/' },
        green: { kind: 'command', command: 'serve --port {port}' },
      },
      modelName: 'm',
    });
  });

  test('take servers in short: the first is blue, and one takes the side that has no file', () => {
    const [blue, green] = ['http://127.0.0.1:8000', 'serve --port {port}'];
    const both = parseRehearsalArguments(['--server', blue, '--server', green, ...FILES.slice(4)]);
    expect(both).toMatchObject({
      servers: { blue: { kind: 'url', url: blue }, green: { kind: 'command', command: green } },
    });
    const one = parseRehearsalArguments([...FILES.slice(0, 2), '--server', green, ...FILES.slice(4)]);
    expect(one).toMatchObject({
      blue: { file: 'v1-baseline.onnx', says: FILES[1] },
      green: { says: `\`${green}\`` },
      servers: { green: { kind: 'command', command: green } },
    });
  });

  test.each([
    [
      'more servers than sides',
      [...FILES.slice(2), '--server', 'http://a', '--server', 'http://b'],
      /--server is given 2 times, for 1 sides/,
    ],
    ['a missing model', ['--blue', `${DIGITS}/v1-baseline.onnx`], /--green is missing: .*A\.onnx B\.onnx/],
    ['a third model', [...MODELS, 'c.onnx'], /c\.onnx: what is it\?/],
    [
      'limits of a golden set that is not there',
      [...MODELS, '--settings', LIMITS],
      /--settings .*: goldenSet is held to a file; give it with --golden/,
    ],
    ['labels that nothing has', [...MODELS, '--label-share', '0.5'], /--traffic is missing and has no labels/],
    ['a missing file', ['--blue', 'nowhere.onnx', ...FILES.slice(2)], /--blue nowhere\.onnx: .*ENOENT/],
    ['a file that is no model', ['--blue', `${DIGITS}/golden.json`, ...FILES.slice(2)], /must end in \.onnx/],
    [
      'a server that is neither URL nor command',
      ['--blue-server', 'python server.py', ...FILES.slice(2)],
      /--blue-server python server\.py: must be a URL .*\{port\}/,
    ],
    ['an empty server', [...FILES.slice(2), '--server', ''], /--server \(blue\) is empty: must be a URL/],
    [
      'a golden set of another form',
      [...FILES.slice(0, 5), 'package.json', ...FILES.slice(6)],
      /--golden package\.json: Data set: the file has none of requests, inputs/,
    ],
    ['a folder as a model', ['--blue', DIGITS, ...FILES.slice(2)], /--blue examples\/digits: .*EISDIR/],
    [
      'a file and a server for one side',
      [...FILES, '--green-server', 'http://127.0.0.1:1'],
      /--green .* and --green-server .*: give one/,
    ],
    [
      'labels for a server',
      ['--blue-server', 'http://127.0.0.1:1', ...FILES.slice(2), '--label-share', '0.5'],
      /--label-share 0\.5: only ONNX/,
    ],
    ['an unknown option', [...FILES, '--fast'], /Unknown option '--fast'/],
    ['an unknown strategy', [...FILES, '--strategy', 'Yolo'], /strategy: must be one of AllAtOnce.*got "Yolo"/],
    ['steps that are no JSON', [...FILES, '--strategy', '{steps'], /strategy \{steps: is no JSON/],
    ['a share above one', [...FILES, '--label-share', '1.5'], /--label-share 1\.5: must be a number from 0 to 1/],
    ['a rate of zero', [...FILES, '--rpm', '0'], /--rpm 0: must be a whole number from 1 to 100000/],
    [
      'traffic of another form',
      [...FILES.slice(0, 7), 'package.json'],
      /--traffic package\.json: Data set: the file has none of requests, inputs/,
    ],
    ['unknown settings', [...FILES, '--settings', 'package.json'], /--settings package\.json: .*unknown key/],
    [
      'settings that contradict each other',
      [...FILES, '--settings', CONTRARY],
      /--settings .*: gates\.errors: tolerance/,
    ],
  ])('refuse %s, naming the option and its value', (_, argv, message) => {
    expect(refusal(...argv)).toMatch(message);
    expect(refusal(...argv)).toMatch(/^ArgumentsInvalid/);
  });
});
