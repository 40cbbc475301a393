import { HANDLER_NAMES, type HandlerName } from '../../lib/handlers';
import { App } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { context } from '../../cdk.json';
import { HANDLER_METADATA, MODEL_SERVER } from '../../lambdas/contract/names';
import { SERVER_CODE, type Platform } from '../../lib/bundle-files';
import { GreenlightStack } from '../../lib/greenlight-stack';

/** What is uploaded as the code of one function. */
export interface DeployedBundle {
  readonly name: HandlerName | typeof MODEL_SERVER;
  /** Of the handlers there is one bundle for both. */
  readonly platform: Platform | 'any';
  /** The asset: the folder whose content becomes the function's. */
  readonly directory: string;
  /** The file in it that Lambda imports. */
  readonly entry: string;
  /** The one with the code: the entry, or what the entry waits for. */
  readonly code: string;
  /** The function's variables; what CloudFormation would fill in is a word. */
  readonly environment: Readonly<Record<string, string>>;
}

interface FunctionResource {
  readonly Type: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Properties: {
    readonly Code: { readonly S3Key: string };
    readonly Handler: string;
    readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
  };
}

/** Synthesises the app for both architectures, and answers the bundles that `cdk deploy` would upload. */
export function deployedBundles(directory: string): readonly DeployedBundle[] {
  const app = new App({
    outdir: directory,
    context,
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  const endpoints = [{ name: 'digits' }];
  new GreenlightStack(app, 'Arm', { endpoints, architecture: Architecture.ARM_64 });
  new GreenlightStack(app, 'Intel', { endpoints, architecture: Architecture.X86_64 });
  const assembly = app.synth();
  const bundlesOf = (stack: string, platform: Platform) =>
    functionsIn(assembly.getStackByName(stack).template).map((one) => bundleOf(one, directory, platform));
  const arm = bundlesOf('Arm', 'arm64');
  const servers = [...arm, ...bundlesOf('Intel', 'x64')].filter(({ name }) => name === MODEL_SERVER);
  return [
    ...HANDLER_NAMES.map((name) => ({ ...arm.find((one) => one.name === name)!, platform: 'any' as const })),
    ...servers,
  ];
}

const functionsIn = (template: unknown): readonly FunctionResource[] =>
  Object.values((template as { Resources: Readonly<Record<string, FunctionResource>> }).Resources).filter(
    ({ Type, Metadata }) => Type === 'AWS::Lambda::Function' && Metadata?.[HANDLER_METADATA] !== undefined,
  );

function bundleOf({ Metadata, Properties }: FunctionResource, directory: string, platform: Platform): DeployedBundle {
  const { Code, Handler, Environment } = Properties;
  const variables = Object.entries(Environment?.Variables ?? {});
  const name = Metadata![HANDLER_METADATA] as DeployedBundle['name'];
  const module = Handler.split('.')[0];
  const entry = name === MODEL_SERVER ? `${module}.mjs` : `${module}.js`;
  return {
    name,
    platform,
    directory: join(directory, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
    entry,
    code: name === MODEL_SERVER ? SERVER_CODE : entry,
    environment: Object.fromEntries(
      variables.map(([name, value]) => [name, typeof value === 'string' ? value : 'known-when-deployed']),
    ),
  };
}

/** Bytes of a file, or of all files under a folder. */
export const bytesIn = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, entry) => sum + bytesIn(join(path, entry)), 0)
    : statSync(path).size;
