import { existsSync } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { type HookName, HOOKS } from '../../lambdas/contract/hooks';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';

/** What stands for a hook's Lambda function in a rehearsal. */
export interface RehearsedHook {
  readonly hook: HookName;
  /** As the person named it. */
  readonly says: string;
  /** Of a module: whether it is called, or speaks for itself on its standard output. */
  readonly isModule: boolean;
  /** The program and its arguments; one word alone is a line for the shell. */
  readonly run: readonly [string, ...string[]];
  /** Of a function in the simulated account. */
  readonly functionName: string;
}

const TAKES =
  'a module that exports `handler` (check.mjs, check.py, check.mjs:other), or a command that reads the event and ' +
  'prints the answer';
const MODULE = /^(.+\.(?:[cm]?js|[cm]?ts|py))(?::([A-Za-z_$][\w$]*))?$/;

/** `--hook beforeTraffic=check.mjs`. @throws ArgumentsInvalid */
export function hookOf(text: string): RehearsedHook {
  const [, name = '', given = ''] = /^(\w*)=(.*)$/s.exec(text) ?? [];
  const hook = HOOKS.find((one) => one === name);
  const says = given.trim();
  if (hook === undefined || says === '')
    throw new ArgumentsInvalid(`--hook ${text}: must be NAME=${says || 'WHAT'}, NAME one of ${HOOKS.join(', ')}`);
  const [, file = '', handler = ''] = MODULE.exec(says) ?? [];
  const stem = basename(file || says.split(/\s/)[0]!).replace(/[^\w-]/g, '-');
  const found = { hook, says, functionName: stem.slice(0, 64) };
  if (file !== '' && existsSync(file)) return { ...found, isModule: true, run: moduleCommand(resolve(file), handler) };
  const path = (process.env['PATH'] ?? '').split(delimiter);
  if (!/\s/.test(says) && !existsSync(says) && !path.some((folder) => existsSync(join(folder, says))))
    throw new ArgumentsInvalid(`--hook ${text}: there is no ${file || says}; it takes ${TAKES}`);
  return { ...found, isModule: false, run: [says] };
}

/** The hooks that are asked, instead of those in the account. */
export const hooksToDeploy = (
  { hooks = {} }: Pick<EndpointSettingsInput, 'hooks'>,
  rehearsed: readonly RehearsedHook[],
): NonNullable<EndpointSettingsInput['hooks']> =>
  Object.fromEntries(rehearsed.map(({ hook, functionName }) => [hook, { ...hooks[hook], function: functionName }]));

/**
 * Calls a module's handler as Lambda does: the answer, or the error, goes to descriptor 3, all that is printed is its
 * log.
 */
function moduleCommand(file: string, handler: string): readonly [string, ...string[]] {
  if (file.endsWith('.py')) return ['python3', '-c', PYTHON, file, handler];
  return [process.execPath, '--input-type=module', '-e', NODE, '--', file, handler];
}

const NODE = `
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const [file, name] = process.argv.slice(-2);
const end = (said) => {
  writeSync(3, JSON.stringify(said));
  process.exit(0);
};
try {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const module = await import(pathToFileURL(file).href);
  const handler = module[name || 'handler'] ?? module.default?.[name || 'handler'];
  if (typeof handler !== 'function') throw new TypeError(file + ' exports no function ' + (name || 'handler'));
  const event = JSON.parse(text);
  const until = Date.parse(event.answerBefore) - Date.parse(event.at) + Date.now();
  const getRemainingTimeInMillis = () => until - Date.now();
  const context = { functionName: 'rehearsal', awsRequestId: event.id, getRemainingTimeInMillis };
  end({ payload: (await handler(event, context)) ?? null });
} catch (error) {
  end({ errorType: error?.name ?? 'Error', errorMessage: error?.message ?? String(error) });
}
`;

const PYTHON = `
import importlib.util, json, os, sys
file, name = sys.argv[1:]
def end(said):
    os.write(3, json.dumps(said).encode())
    sys.exit(0)
try:
    event = json.load(sys.stdin)
    sys.path.insert(0, os.path.dirname(file))
    spec = importlib.util.spec_from_file_location("hook", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = [name] if name else ["handler", "lambda_handler"]
    found = [getattr(module, one) for one in names if callable(getattr(module, one, None))]
    if not found:
        raise TypeError(f"{file} has no function {' or '.join(names)}")
    said = {"payload": found[0](event, None)}
    json.dumps(said)
except Exception as error:
    said = {"errorType": type(error).__name__, "errorMessage": str(error)}
end(said)
`;
