import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelServerVariables } from '../../lambdas/contract/model-server-env';
import { inferRequest, parseDataSet } from '../../lambdas/contract/golden-set';
import { inferResponse } from '../../lambdas/contract/inference-protocol';
import { MODEL_SERVER } from '../../lambdas/contract/names';
import { deployedBundles, type DeployedBundle } from '../bundles/deployed-bundles';
import { ToolMissing } from '../python/tool-missing';
import { armNode, inArmSandbox } from './arm-node';

const HELP = `\
Runs the model server's bundle for arm64, as it is deployed, on this machine: with Node.js for arm64 under qemu, and without a view of the processors, as Lambda's sandbox has none. It loads a real model over HTTP and answers real requests; the bundle for x64
answers the same ones, and the answers must agree.

  npm run check:arm64

Exit code: 0 they agree; 1 they do not; 2 it cannot be tried here.`;

const DIGITS = join(__dirname, '..', '..', 'examples', 'digits');
const MODEL = readFileSync(join(DIGITS, 'v2-better.onnx'));
const ROWS = 20;
/** Sums of floats come in another order on another processor. */
const MOST_APART = 1e-5;
const LIMIT_MS = 300_000;

void main(process.argv.slice(2));

async function main([option]: readonly string[]): Promise<void> {
  if (option === '--help') return console.log(HELP);
  const directory = mkdtempSync(join(tmpdir(), 'arm64 '));
  // Stands for S3: one object.
  const store = createServer((_, response) => response.setHeader('content-length', MODEL.byteLength).end(MODEL));
  try {
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
    const servers = deployedBundles(directory).filter(({ name }) => name === MODEL_SERVER);
    const answersOf = (platform: string) =>
      ask(
        servers.find((one) => one.platform === platform)!,
        url,
      );
    process.exitCode = compare(await answersOf('arm64'), await answersOf('x64')) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof ToolMissing ? error.message : error);
    process.exitCode = 2;
  } finally {
    store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface RanInQemu {
  readonly architecture: string;
  readonly answers: readonly { readonly statusCode: number; readonly body: string }[];
}

/** What a bundle answers: that it is ready, and to the rows of the golden set. Its log goes to standard error. */
async function ask(bundle: DeployedBundle, url: string): Promise<RanInQemu> {
  const entry = [join(__dirname, 'answer.mts'), join(bundle.directory, bundle.entry)];
  const [program = '', ...args] =
    bundle.platform === 'arm64' ? inArmSandbox([armNode(), ...entry]) : [process.execPath, ...entry];
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environmentOf(url) },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  });
  child.stdin.end(JSON.stringify(requests()));
  const [said, code] = await Promise.all([
    text(child.stdout),
    new Promise((resolve, reject) => child.on('error', reject).on('close', (...ended) => resolve(ended.join('')))),
  ]);
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  if (code !== '0')
    throw new Error(`the bundle for ${bundle.platform} ended with ${String(code)}: ${said.slice(-1000)}`);
  return JSON.parse(last) as RanInQemu;
}

const environmentOf = (url: string) => ({
  ...modelServerVariables({
    endpoint: 'digits',
    model: {
      bucket: 'models',
      key: 'v2.onnx',
      versionId: '1',
      sha256: createHash('sha256').update(MODEL).digest('hex'),
    },
    modelName: 'digits',
    predictionOutput: undefined,
    task: undefined,
    labels: undefined,
    measures: [],
    classNames: undefined,
    maxModelMegabytes: 100,
    threads: undefined,
    captureRate: 0,
    nonFinite: 'refused',
    feedbackDays: 0,
    requestKey: undefined,
  }),
  AWS_REGION: 'eu-west-1',
  AWS_LAMBDA_FUNCTION_NAME: 'digits',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  AWS_ENDPOINT_URL: url,
  POWERTOOLS_DEV: 'false',
});

function requests() {
  const golden = parseDataSet(readFileSync(join(DIGITS, 'golden.json'), 'utf8'));
  const context = {
    functionVersion: '7',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:digits:7',
    awsRequestId: 'arm64',
  };
  const event = (method: string, rawPath: string, body?: unknown) => ({
    context,
    event: {
      rawPath,
      requestContext: { http: { method } },
      headers: {},
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  });
  const infer = Array.from({ length: ROWS }, (_, row) =>
    event('POST', '/v2/models/digits/infer', inferRequest(golden, row)),
  );
  return [event('GET', '/v2/health/ready'), ...infer];
}

/** Says how far apart the two are, and whether that is near enough. */
function compare(arm: RanInQemu, intel: RanInQemu): boolean {
  const [armed, other] = [arm, intel].map(({ answers }) =>
    answers.slice(1).map(({ statusCode, body }) => numbersIn(statusCode, body)),
  );
  const apart = armed!.map((numbers, row) => distance(numbers, other![row] ?? []));
  const furthest = Math.max(...apart);
  const ready = [arm, intel].every(({ answers }) => answers[0]?.statusCode === 200 && answers.length === ROWS + 1);
  const agree = ready && arm.architecture === 'arm64' && intel.architecture !== 'arm64' && furthest <= MOST_APART;
  console.log(
    `${arm.architecture} under qemu, without a view of the processors, and ${intel.architecture}: ${ROWS} ` +
      `requests, the answers are at most ${furthest.toExponential(1)} apart (${MOST_APART} is allowed); ` +
      `${agree ? 'they agree' : 'they do NOT agree'}`,
  );
  return agree;
}

function numbersIn(statusCode: number, body: string): readonly number[] {
  if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${body}`);
  return inferResponse.parse(JSON.parse(body)).outputs.flatMap(({ data }) => data.map(Number));
}

const distance = (one: readonly number[], other: readonly number[]): number =>
  one.length === 0 || one.length !== other.length
    ? Infinity
    : Math.max(...one.map((value, index) => Math.abs(value - (other[index] ?? NaN))));
