import { cpSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as Esbuild from 'esbuild';

const PROJECT = resolve(__dirname, '..');
const LAMBDAS = join(PROJECT, 'lambdas');

/** One handler as a single file, with the AWS SDK inside: a bundled SDK starts faster and is the one that was tested. */
export const handlerBundle = (name: string): lambda.Code => bundle(join(LAMBDAS, 'handlers', `${name}.ts`));

/** The model server and the parts of onnxruntime-node that it loads. */
export const modelServerBundle = (architecture: lambda.Architecture): lambda.Code =>
  bundle(join(LAMBDAS, 'model-server', 'handler.ts'), architecture);

/**
 * Bundles in this process, without Docker and without a shell, so that it works the same on every machine. The hash of
 * the asset is the hash of the result: a comment that changes no byte of it changes no function.
 */
function bundle(entry: string, onnxRuntimeFor?: lambda.Architecture): lambda.Code {
  return lambda.Code.fromAsset(LAMBDAS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // Never run either: the CDK knows two bundles apart by what can be written down of them, and functions cannot.
      command: [entry, onnxRuntimeFor?.name ?? 'any'],
      local: {
        tryBundle(outputDirectory) {
          build(entry, join(outputDirectory, 'index.js'));
          if (onnxRuntimeFor !== undefined) copyOnnxRuntime(outputDirectory, onnxRuntimeFor);
          return true;
        },
      },
    },
  });
}

function build(entryPoint: string, outfile: string): void {
  // Loaded here because most tests synthesise without bundles and need not wait for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const esbuild = require('esbuild') as typeof Esbuild;
  esbuild.buildSync({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    external: ['onnxruntime-node'],
    absWorkingDir: PROJECT,
    logLevel: 'warning',
  });
}

/**
 * The package holds every platform (288 MB); a function may have 250 MB. Its own code, what it requires at run time and
 * the one platform come to 25 MB (arm64) or 46 MB (x64).
 */
function copyOnnxRuntime(outputDirectory: string, architecture: lambda.Architecture): void {
  const platform = architecture.name === lambda.Architecture.X86_64.name ? 'x64' : 'arm64';
  const runtime = dirname(require.resolve('onnxruntime-node/package.json'));
  // Its package.json is not exported, so we come from its main file, dist/cjs/index.js.
  const common = resolve(dirname(require.resolve('onnxruntime-common', { paths: [runtime] })), '..', '..');
  const modules = join(outputDirectory, 'node_modules');
  for (const part of ['package.json', 'dist', join('bin', 'napi-v6', 'linux', platform)])
    cpSync(join(runtime, part), join(modules, 'onnxruntime-node', part), { recursive: true, filter: neededAtRunTime });
  for (const part of ['package.json', join('dist', 'cjs')])
    cpSync(join(common, part), join(modules, 'onnxruntime-common', part), { recursive: true, filter: neededAtRunTime });
}

const neededAtRunTime = (path: string): boolean => !/\.(map|d\.ts)$/.test(path);
