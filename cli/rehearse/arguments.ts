import { basename } from 'node:path';
import * as z from 'zod';
import { type EndpointSettingsInput, endpointSettingsSchema } from '../../lambdas/contract/endpoint-settings';
import { DataSetInvalid } from '../../lambdas/contract/data-request';
import { type DataSet, GOLDEN_SET_LIMITS, parseDataSet } from '../../lambdas/contract/golden-set';
import { problems } from '../../lambdas/contract/problems';
import { SAMPLES_LIMITS } from '../../lambdas/contract/replay';
import { parseStrategyText } from '../../lambdas/contract/strategy';
import { problemsTogether } from '../../lib/settings/check-settings';
import type { Strategy } from '../../lambdas/domain/strategy';
import { hookOf, type RehearsedHook } from './hook-argument';
import { type RehearsedServer, SIDES, type SideName, standIn } from './server-runtime';
import { ArgumentsInvalid, parsedArguments, whole } from '../../tools/arguments-invalid';
import { namedFile, namedJson } from '../../tools/named-file';
import { wholeModel } from '../whole-model';

/** The name of the one endpoint. */
export const ENDPOINT = 'rehearsal';

/** What one side rolls out: an ONNX file, or what stands for a server in the bucket. */
export interface Candidate {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** As the person named it. */
  readonly says: string;
}

export interface RehearsalArguments {
  readonly blue: Candidate;
  readonly green: Candidate;
  readonly servers: Partial<Readonly<Record<SideName, RehearsedServer>>>;
  /** Under which the servers know their model. */
  readonly modelName: string;
  /** The golden set's file as it is. */
  readonly golden: Candidate | undefined;
  /** The golden set, where no other is given; undefined: drawn from blue's signature. */
  readonly traffic: DataSet | undefined;
  /** Requests that both versions answer before green has users; its file as it is. */
  readonly replay: Candidate | undefined;
  readonly hooks: readonly RehearsedHook[];
  /** Of the one endpoint, as it is deployed: what was given, and what follows from the other arguments. */
  readonly settings: EndpointSettingsInput;
  /** Undefined: as many as this machine answers in about a minute, 600 to 3,000. */
  readonly requestsPerMinute: number | undefined;
  /** Share of the answers whose label users send a minute later. */
  readonly labelShare: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
  readonly open: boolean;
}

const OPTIONS = {
  blue: { type: 'string' },
  green: { type: 'string' },
  server: { type: 'string', multiple: true },
  'blue-server': { type: 'string' },
  'green-server': { type: 'string' },
  'model-name': { type: 'string' },
  golden: { type: 'string' },
  traffic: { type: 'string' },
  replay: { type: 'string' },
  hook: { type: 'string', multiple: true },
  strategy: { type: 'string' },
  rpm: { type: 'string' },
  'label-share': { type: 'string' },
  settings: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  open: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parsedArguments<typeof OPTIONS>>['values'];

/** @throws ArgumentsInvalid with all that is missing or wrong; answers `help` when that was asked for */
export function parseRehearsalArguments(argv: readonly string[]): RehearsalArguments | 'help' {
  const { values: given, positionals } = parsedArguments(argv, OPTIONS, true);
  const values = withServers(withFiles(given, positionals));
  if (values.help) return 'help';
  const problems: string[] = [];
  const read = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ArgumentsInvalid)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const found = read(() => ({ ...serverOf(values, 'blue'), ...serverOf(values, 'green') }));
  const servers = found ?? {};
  const [blue, green] = SIDES.map((side) => read(() => modelOf(values, side, servers)));
  const golden = values.golden === undefined ? undefined : read(() => dataSet(values, 'golden'));
  const users = values.traffic === undefined ? undefined : read(() => dataSet(values, 'traffic'));
  const replay = values.replay === undefined ? undefined : read(() => dataSet(values, 'replay'));
  const traffic = values.traffic === undefined ? golden : users;
  const labelShare = read(() => labelShareOf(values, servers, traffic?.data)) ?? 0;
  const settings = read(() => settingsOf(values));
  const hooks = (values.hook ?? []).map((text) => read(() => hookOf(text)));
  const twice = hooks.find((one, at) => one !== undefined && hooks.findIndex((other) => other?.hook === one.hook) < at);
  if (twice) problems.push(`--hook ${twice.hook}=${twice.says}: ${twice.hook} is given twice`);
  const rpm = read(() => (values.rpm === undefined ? undefined : whole('rpm', values.rpm, 1, 100_000)));
  const seed = read(() => (values.seed === undefined ? 1 : whole('seed', values.seed, 0, 2 ** 31)));
  if (problems.length > 0 || !blue || !green || settings === undefined || seed === undefined)
    throw new ArgumentsInvalid(problems.length === 1 ? problems[0]! : problems.map((one) => `\n  - ${one}`).join(''));
  return {
    blue,
    green,
    servers,
    modelName: values['model-name'] ?? ENDPOINT,
    golden: golden?.file,
    traffic: traffic?.data,
    replay: replay?.file,
    labelShare,
    settings,
    hooks: hooks.filter((one) => one !== undefined),
    requestsPerMinute: rpm,
    seed,
    out: values.out ?? 'out/rehearse',
    json: values.json ?? false,
    open: values.open ?? false,
  };
}

function modelOf(values: Values, side: SideName, servers: RehearsalArguments['servers']): Candidate {
  const server = servers[side];
  if (server !== undefined)
    return { ...standIn(side), says: server.kind === 'url' ? server.url : `\`${server.command}\`` };
  if (values[`${side}-server`] !== undefined) return { ...standIn(side), says: '' }; // told already
  const path = values[side];
  if (path === undefined)
    throw new ArgumentsInvalid(
      `--${side} is missing: name the model in service and the candidate, A.onnx B.onnx; see --help`,
    );
  const bytes = wholeModel(path, namedFile(`--${side}`, path, 'an ONNX model'));
  if (!path.endsWith('.onnx'))
    throw new ArgumentsInvalid(`--${side} ${path}: the file must end in .onnx; for another kind see --${side}-server`);
  return { file: basename(path), bytes, says: path };
}

function labelShareOf(values: Values, servers: RehearsalArguments['servers'], traffic: DataSet | undefined): number {
  const labelShare = values['label-share'] === undefined ? 0 : share('label-share', values['label-share']);
  // What was given and cannot be read is told already.
  const unread = traffic === undefined && (values.traffic ?? values.golden) !== undefined;
  if (labelShare > 0 && !unread && traffic?.labels === undefined)
    throw new ArgumentsInvalid(
      `--label-share ${labelShare}: --traffic ${values.traffic ?? values.golden ?? 'is missing and'} has no ` +
        'labels that users could send',
    );
  if (labelShare > 0 && Object.keys(servers).length > 0)
    throw new ArgumentsInvalid(
      `--label-share ${labelShare}: only ONNX files take labels, not --blue-server or --green-server`,
    );
  return labelShare;
}

function serverOf(values: Values, side: SideName): RehearsalArguments['servers'] {
  const text = values[`${side}-server`];
  if (text === undefined) return {};
  if (values[side] !== undefined)
    throw new ArgumentsInvalid(`--${side} ${values[side]} and --${side}-server ${text}: give one of them`);
  if (/^https?:\/\/\S+$/i.test(text) && URL.canParse(text)) return { [side]: { kind: 'url', url: text } };
  if (!text.includes('{port}')) {
    const option = values.server?.includes(text) ? `--server (${side})` : `--${side}-server`;
    throw new ArgumentsInvalid(
      `${option} ${text.trim() === '' ? 'is empty' : text}: must be a URL such as http://127.0.0.1:8000, or a ` +
        'command with {port}, where its port goes',
    );
  }
  return { [side]: { kind: 'command', command: text } };
}

/** Files without an option are the sides that nothing else is given for, blue first. */
function withFiles(values: Values, files: readonly string[]): Values {
  const open = SIDES.filter((side) => values[side] === undefined && values[`${side}-server`] === undefined);
  if (files.length > open.length)
    throw new ArgumentsInvalid(
      `${files[open.length]}: what is it? Blue and green are given, other files take an option; see --help`,
    );
  return { ...values, ...Object.fromEntries(files.map((file, at): [string, string] => [open[at]!, file])) };
}

/** The sides that `--server` stands for: those that nothing else is given for, blue first. */
function withServers(values: Values): Values {
  const servers = values.server ?? [];
  const open = SIDES.filter((side) => values[side] === undefined && values[`${side}-server`] === undefined);
  if (servers.length > open.length)
    throw new ArgumentsInvalid(
      `--server is given ${servers.length} times, for ${open.length} sides that have no model yet; see --help`,
    );
  return { ...values, ...Object.fromEntries(servers.map((server, index) => [`${open[index]}-server`, server])) };
}

/** Of the deployed app; users may send any number of requests. */
const LIMITS = { golden: GOLDEN_SET_LIMITS, replay: SAMPLES_LIMITS, traffic: {} } as const;

/** Refused here: in the bucket the file would be a reason to reject blue. */
function dataSet(
  values: Values,
  name: 'golden' | 'traffic' | 'replay',
): { readonly file: Candidate; readonly data: DataSet } {
  const path = values[name]!;
  const bytes = namedFile(`--${name}`, path, 'requests in a .json or .jsonl file, or either packed with .gz');
  try {
    return {
      file: { file: basename(path), bytes, says: path },
      data: parseDataSet(bytes, { file: path, ...LIMITS[name] }),
    };
  } catch (error) {
    if (error instanceof DataSetInvalid) throw new ArgumentsInvalid(`--${name} ${path}: ${error.message}`);
    throw error;
  }
}

/** Checked twice: what the file says by itself, for its problems to be told as its own, and then what is deployed. */
function settingsOf(values: Values): EndpointSettingsInput {
  const { settings: file, golden, replay, traffic } = values;
  const given = file === undefined ? {} : jsonObject('settings', file);
  const strategy = values.strategy === undefined ? {} : { strategy: strategyOf(values.strategy) };
  const refuse = (found: readonly string[], option = `--settings ${file ?? ''}`): never => {
    throw new ArgumentsInvalid(`${option.trim()}: ${found.join('; ')}`);
  };
  const parsed = endpointSettingsSchema.omit({ name: true }).safeParse({ ...given, ...strategy });
  if (!parsed.success) return refuse(problems(parsed.error, '', { ...given, ...strategy }));
  if ('goldenSet' in given && golden === undefined)
    return refuse(['goldenSet is held to a file; give it with --golden']);
  const own = { ...given, ...strategy } as Omit<EndpointSettingsInput, 'name'>;
  const goldenSet = golden && { goldenSet: { ...own.goldenSet, key: `golden/${basename(golden)}` } };
  const replayed = replay && {
    replay: { ...own.replay, samples: `samples/${basename(replay)}`, mode: own.replay?.mode ?? ('auto' as const) },
  };
  // Two good models may answer otherwise to random values, which no user sends: that is told, and decides nothing.
  const drawn = traffic === undefined && golden === undefined && own.gates?.predictions === undefined;
  const gates = drawn && { gates: { ...own.gates, predictions: { mode: 'observe' as const } } };
  const deployed: EndpointSettingsInput = { ...own, ...goldenSet, ...replayed, ...gates, name: ENDPOINT };
  const complete = endpointSettingsSchema.safeParse(deployed);
  // What else may be wrong now are the names of the files.
  if (!complete.success)
    return refuse(
      problems(complete.error, '', deployed),
      replay === undefined ? `--golden ${golden}` : `--replay ${replay}`,
    );
  const together = problemsTogether(complete.data);
  const why = drawn ? ['without --golden and --traffic, gates.predictions only observes'] : [];
  return together.length > 0 ? refuse([...together, ...why]) : deployed;
}

function strategyOf(text: string): Strategy {
  try {
    return parseStrategyText(text);
  } catch (error) {
    const why = error instanceof z.ZodError ? problems(error, 'strategy').join('; ') : 'is no JSON';
    throw new ArgumentsInvalid(`--strategy ${text.slice(0, 200)}: ${why}`);
  }
}

function jsonObject(name: string, path: string): Record<string, unknown> {
  const found = z.record(z.string(), z.unknown()).safeParse(namedJson(`--${name}`, path, 'a JSON object'));
  if (found.success) return found.data;
  throw new ArgumentsInvalid(`--${name} ${path}: must be a JSON object`);
}

function share(name: string, text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= 0 && value <= 1)) throw new ArgumentsInvalid(`--${name} ${text}: must be a number from 0 to 1`);
  return value;
}
