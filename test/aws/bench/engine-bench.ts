import { createWorld, type WorldOptions } from '../../../simulator/world';
import type { FunctionRuntime, InvocationResult } from '../../../simulator/runtime/function-runtime';
import { ask, type Asked } from '../questions/ask';
import type { Question } from '../questions/question';
import { functionNameOf } from '../stack/names';
import type { Bench } from './bench';
import { answer, type ProbeEvent } from './probe';

/** Patient, because time is virtual. */
const PACE = { calls: 60, everyMs: 5_000, patienceMs: 15 * 60_000 };

type Input = Readonly<Record<string, unknown>>;

/** Stands between the question and a service: another world than the one assumed. `go` sends on. */
export type Meddle = (command: string, input: Input, go: (input?: Input) => Promise<Input>) => Promise<unknown>;

export interface EngineOptions {
  readonly world?: Partial<WorldOptions>;
  /** @default - calls are sent on unchanged */
  readonly meddle?: Meddle;
}

/** Asks the embedded engine, in a world of the question's own and in virtual time. */
export async function askEngine(question: Question, options: EngineOptions = {}): Promise<Asked> {
  const world = createWorld({ template: { Resources: {} }, ...options.world });
  const { meddle = (_command, _input, go) => go() } = options;
  const functionName = functionNameOf(question.id);
  const { lambda } = world.services;
  const runtime = probeRuntime(() => world.clock.now());
  lambda.createFunction({
    functionName,
    logicalId: 'Probe',
    runtime,
    role: 'arn:aws:iam::123456789012:role/probe',
  });
  const clients = {
    lambda: meddled(world.user.lambda, meddle),
    cloudwatch: meddled(world.user.cloudwatch, meddle),
  };
  const urls = new Set<string>();
  const bench: Bench = {
    place: 'engine',
    ...{ ...clients, once: clients, functionName, pace: PACE },
    clock: {
      now: () => world.clock.now(),
      sleep: (ms) => world.clock.sleep(ms),
    },
    callUrl: async (alias) => {
      if (!urls.has(alias)) lambda.createUrl(functionName, alias);
      urls.add(alias);
      const { statusCode, headers, body } = await lambda.invokeUrl(functionName, alias, { method: 'GET', path: '/' });
      return { status: statusCode, headers, body };
    },
    throttle: async (on) => lambda.setThrottleRate(functionName, on ? 1 : 0),
  };
  try {
    return await world.run(ask(question, bench));
  } finally {
    await world.stop();
  }
}

interface Sends {
  send(command: { readonly input: object }): Promise<unknown>;
}

function meddled<Client extends object>(client: Client, meddle: Meddle): Client {
  const send = (command: { readonly input: Input }) =>
    meddle(
      command.constructor.name.replace(/Command$/, ''),
      command.input,
      (input = command.input) =>
        (client as unknown as Sends).send(
          Object.assign(Object.create(command) as typeof command, { input }),
        ) as Promise<Input>,
    );
  return Object.assign(Object.create(client) as Client, { send });
}

/** Runs the code that is deployed as the questions' functions, inside this process. */
function probeRuntime(now: () => number): FunctionRuntime {
  return {
    invoke: async ({ functionName }, events, { functionVersion, invokedFunctionArn }) =>
      events.map((event): InvocationResult => {
        const logs: string[] = [];
        const context = { functionName, functionVersion, invokedFunctionArn };
        try {
          const payload = answer(event as ProbeEvent, context, (line) => void logs.push(line), now());
          return { ok: true, payload, logs, durationMs: 2 };
        } catch (error) {
          const { name, message } = error as Error;
          return {
            ok: false,
            errorType: name,
            errorMessage: message,
            logs,
            durationMs: 2,
          };
        }
      }),
    stop: async () => undefined,
  };
}
