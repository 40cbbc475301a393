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

/** A file of this content, for as long as the tests run. */
function fileOf(name: string, content: string | Buffer): string {
  const file = join(mkdtempSync(join(tmpdir(), 'rehearse-')), name);
  writeFileSync(file, content);
  return file;
}
const settingsFile = (settings: unknown, bom = '') => fileOf('settings.json', bom + JSON.stringify(settings));
const requestLines = (count: number, more: unknown = {}) =>
  `${JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }], ...(more as object) })}\n`.repeat(
    count,
  );

describe('what is deployed is what was checked', () => {
  const settingsOf = (...argv: readonly string[]) => {
    const parsed = parseRehearsalArguments([...MODELS, ...argv]);
    return parsed === 'help' ? undefined : parsed.settings;
  };

  test('keys, replay and gates are composed with the settings of the file', () => {
    const golden = `${DIGITS}/golden.json`;
    expect(settingsOf('--golden', golden, '--settings', LIMITS)).toMatchObject({
      name: 'rehearsal',
      goldenSet: { key: 'golden/golden.json', minAccuracy: 0.9 },
    });
    expect(settingsOf()).toMatchObject({ gates: { predictions: { mode: 'observe' } } });
    expect(settingsOf('--golden', golden)?.gates).toBeUndefined();
  });

  test.each(['samples.ndjson', 'samples.jsonl.gz', 'samples.json.gz'])(
    'takes samples in %s, as the parser does',
    (name) => {
      const file = fileOf(
        name,
        name.includes('.json.') ? JSON.stringify({ requests: [JSON.parse(requestLines(1))], name }) : requestLines(2),
      );
      expect(settingsOf('--replay', file)).toMatchObject({ replay: { samples: `samples/${name}`, mode: 'auto' } });
    },
  );

  test('a file that the deployed app would refuse by its name is refused here', () => {
    const file = fileOf('samples.txt', JSON.stringify({ name: 'x', requests: [JSON.parse(requestLines(1))] }));
    expect(refusal(...MODELS, '--replay', file)).toMatch(
      /--replay .*samples\.txt: replay\.samples: must end in \.json/,
    );
  });

  test('gates of which none would decide, once predictions only observe, are refused', () => {
    const file = settingsFile({ gates: { errors: false, latency: false, throttles: false, accuracy: false } });
    expect(refusal(...MODELS, '--settings', file)).toMatch(
      /gates: every gate is off .*; without --golden and --traffic/,
    );
    expect(settingsOf('--settings', file, '--traffic', `${DIGITS}/live-traffic.json`)).toBeDefined();
  });
});

describe('files are held to what the deployed app takes', () => {
  test('a golden set of more than 10,000 requests', () => {
    const file = fileOf('golden.jsonl', requestLines(10_001, { label: 1 }));
    expect(refusal(...MODELS, '--golden', file)).toMatch(/--golden .*10001 requests; the limit is 10000/);
    expect(refusal(...MODELS, '--traffic', file)).toBe('accepted');
  });

  test('a golden set of more than 32 MB, and samples of more than 64 MB', () => {
    const line = requestLines(1, { note: 'x'.repeat(1024 * 1024 - 200) });
    const large = fileOf('large.jsonl', line.repeat(40));
    expect(refusal(...MODELS, '--golden', large)).toMatch(/--golden .*the file has 40 MB; the limit is 32 MB/);
    expect(refusal(...MODELS, '--replay', large)).toBe('accepted');
    const larger = fileOf('larger.jsonl', line.repeat(70));
    expect(refusal(...MODELS, '--replay', larger)).toMatch(/--replay .*the file has 70 MB; the limit is 64 MB/);
  });

  test('a golden set that cannot be read leaves no second complaint about labels', () => {
    const told = refusal(...MODELS, '--golden', 'package.json', '--label-share', '0.5');
    expect(told).toMatch(/--golden package\.json/);
    expect(told).not.toMatch(/label-share/);
  });

  test.each(['--golden', '--traffic', '--replay', '--settings', '--blue'])(
    'a folder for %s is called one, with what it takes',
    (option) => {
      const argv = option === '--blue' ? [option, DIGITS, '--green', MODELS[1]!] : [...MODELS, option, DIGITS];
      expect(refusal(...argv)).toMatch(
        new RegExp(`${option} ${DIGITS}: is a folder; it takes (requests|a JSON object|an ONNX)`),
      );
      expect(refusal(...argv)).not.toMatch(/EISDIR/);
    },
  );

  test('settings may begin with the byte order mark of an editor of Windows', () =>
    expect(
      parseRehearsalArguments([...FILES, '--settings', settingsFile({ watchMinutes: 3 }, '\uFEFF')]),
    ).toMatchObject({
      settings: { watchMinutes: 3 },
    }));

  test('settings that are no JSON object are refused in words', () => {
    expect(refusal(...FILES, '--settings', fileOf('s.json', '[1]'))).toMatch(/--settings .*: must be a JSON object/);
    expect(refusal(...FILES, '--settings', fileOf('s.json', '{,'))).toMatch(
      /--settings .*: is not JSON: .*; it takes a JSON object/,
    );
  });
});

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
    [
      'a missing file',
      ['--blue', 'nowhere.onnx', ...FILES.slice(2)],
      /--blue nowhere\.onnx: there is no such file; it takes an ONNX model/,
    ],
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
    [
      'a folder as a model',
      ['--blue', DIGITS, ...FILES.slice(2)],
      /--blue examples\/digits: is a folder; it takes an ONNX model/,
    ],
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
