import { transformSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What an environment of Lambda does with a model: the deployed bundle in a process of its own, its S3 on loopback. */
export interface Environment {
  /** From the import of the module until it is loaded, ms. */
  readonly readyMs: number;
  /** The same of the processor's time. */
  readonly processorMs: number;
  /** The most memory that the process ever had, MB; undefined where the kernel does not say. */
  readonly peakMB: number | undefined;
  /** The limit that the process was held to, MB; undefined where none could be set. */
  readonly limitMB: number | undefined;
}

/** The process was ended before it was ready. */
export class EnvironmentKilled extends Error {
  override readonly name = 'EnvironmentKilled';
}

const SCRIPT = join(__dirname, '../../../tools/bundles/lambda-environment.mts');
const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';
const MB = 1024 * 1024;

/** Starts the bundle with this model until it is ready. `limitMB`: the kernel ends it when it takes more. */
export async function startEnvironment(bundle: string, model: Uint8Array, limitMB?: number): Promise<Environment> {
  const s3 = createServer((_, answer) => {
    answer.writeHead(200, { 'content-length': model.byteLength });
    answer.end(model);
  });
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const group = limitMB === undefined ? undefined : memoryGroup(limitMB);
  // Without its types: to strip them where it runs takes memory that is not the bundle's.
  const script = join(bundle, 'environment.mjs');
  writeFileSync(script, transformSync(readFileSync(SCRIPT, 'utf8'), { loader: 'ts', format: 'esm' }).code);
  const start = `${group === undefined ? '' : `echo $$ > '${group}/cgroup.procs'; `}exec "$0" --no-warnings "$@"`;
  const child = spawn('/bin/sh', ['-c', start, process.execPath, script, bundle], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(limitMB ?? 1024),
      GREENLIGHT_ENDPOINT: 'bench',
      GREENLIGHT_MODEL_BUCKET: 'bucket',
      GREENLIGHT_MODEL_KEY: 'models/bench/m.onnx',
      GREENLIGHT_MODEL_VERSION_ID: 'v',
      GREENLIGHT_MAX_MODEL_MB: '2047',
      GREENLIGHT_MODEL_SHA256: createHash('sha256').update(model).digest('hex'),
    },
  });
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new EnvironmentKilled(`the process ended by ${String(signal ?? code)} before it was ready`);
  });
  const said = async <T>(): Promise<T> => ((await Promise.race([once(child, 'message'), gone])) as [T])[0];
  try {
    const { ms, processorMs } = await said<{ readonly ms: number; readonly processorMs: number }>();
    child.send({ event: { rawPath: '/v2/health/ready', requestContext: { http: { method: 'GET' } } } });
    const { answer } = await said<{ readonly answer: { readonly statusCode: number; readonly body: string } }>();
    if (answer.statusCode !== 200) throw new Error(`the endpoint is not ready: ${answer.body}`);
    child.send({ ping: true });
    const { peakKB } = await said<{ readonly peakKB: number | null }>();
    return {
      readyMs: ms,
      processorMs,
      peakMB: peakKB === null || Number.isNaN(peakKB) ? undefined : peakKB / 1024,
      limitMB: group === undefined ? undefined : limitMB,
    };
  } finally {
    gone.catch(() => undefined);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    s3.closeAllConnections();
    s3.close();
    if (group !== undefined) rmdirSync(group);
  }
}

/** A control group with a limit of memory, as root on Linux; of either version, whichever is there. */
function memoryGroup(limitMB: number): string | undefined {
  const [root, limit] = existsSync(join(V1, 'memory.limit_in_bytes'))
    ? [V1, 'memory.limit_in_bytes']
    : [V2, 'memory.max'];
  const group = join(root, `greenlight-bench-${process.pid}`);
  try {
    mkdirSync(group);
    if (!existsSync(join(group, limit))) throw new Error('no controller of memory');
    writeFileSync(join(group, limit), String(limitMB * MB));
    // Swap would hide what does not fit.
    const swap = join(group, root === V1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max');
    if (existsSync(swap)) writeFileSync(swap, root === V1 ? String(limitMB * MB) : '0');
    readFileSync(join(group, 'cgroup.procs'));
    return group;
  } catch {
    if (existsSync(group)) rmdirSync(group);
    return undefined;
  }
}
