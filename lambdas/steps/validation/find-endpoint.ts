import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidInput, UnknownEndpoint, AlarmNotReady, GreenIncompatible } from '../../contract/errors';
import { type ExecutionInput, parseExecutionInput } from '../../contract/execution-input';
import { LIVE_MODEL, MODELS_PREFIX } from '../../contract/names';
import { decides } from '../../domain/gates/gates';
import { parseModelAddress } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import type { RolloutState } from '../../contract/rollout-state';
import { inWords } from '../judgement/veto';
import { meetBlue } from '../verification/ask-blue';
import type { VersionFacts } from '../../adapters/lambda/versions';

/** The endpoint named by the input, or by the model's key, or the only one. */
export async function findEndpoint(
  { settings }: Pick<Adapters, 'settings'>,
  input: ExecutionInput,
): Promise<EndpointConfig> {
  const named = input.endpoint ?? endpointOfModel(input.model);
  if (named !== undefined) {
    const config = await settings.findSettings(named);
    if (config === undefined)
      throw new UnknownEndpoint(
        `endpoint: there is none called "${named.slice(0, 80)}"; there are ${await names(settings)}`,
      );
    return config;
  }
  const all = await settings.listSettings();
  const [only] = all;
  if (only === undefined) throw new UnknownEndpoint('endpoint: this app has none; add one to its config and deploy');
  if (all.length > 1)
    throw new UnknownEndpoint(`endpoint: name one of ${await names(settings)}; there are ${all.length}`);
  return only;
}

/** What users are made to meet on purpose must be allowed by who deploys the endpoint, and seen by the judge. */
export function checkDrill({ action }: ExecutionInput, { settings, builtIn }: EndpointConfig): void {
  if (action !== 'drill') return;
  const why = !settings.drill
    ? 'a drill fails requests of users on purpose; set "drill": true in the endpoint\'s settings and deploy'
    : !builtIn
      ? 'a drill needs the built-in model server; a function of your own cannot be told to fail'
      : !decides(settings.gates, 'errors')
        ? 'a drill needs the gate errors, which is off or only observed'
        : undefined;
  if (why !== undefined) throw new InvalidInput(`action: endpoint ${settings.name} allows no drill: ${why}`);
}

async function names(settings: Adapters['settings']): Promise<string> {
  const all = await settings.listSettings();
  return all.map((config) => config.settings.name).join(', ') || 'none';
}

function endpointOfModel(model: string | undefined): string | undefined {
  if (model === undefined || model === LIVE_MODEL) return undefined;
  const address = parseModelAddress(model);
  if (address === undefined)
    throw new InvalidInput(
      `model: must be s3://BUCKET/${MODELS_PREFIX}<endpoint>/<file>; got "${model.slice(0, 200)}"`,
    );
  return endpointOfKey(address.key);
}

/** "digits" of models/digits/v2.onnx; undefined for a key that belongs to no endpoint. */
export function endpointOfKey(key: string): string | undefined {
  if (!key.startsWith(MODELS_PREFIX)) return undefined;
  const [endpoint, ...rest] = key.slice(MODELS_PREFIX.length).split('/');
  return rest.join('/') === '' ? undefined : endpoint;
}

/**
 * Every alarm that may stop this rollout must be OK before it begins: one that does not exist or has no data would
 * never stop it, and one in ALARM would stop it at its first look. A rollback is not held to them, nor is what replaces
 * a live version that answers nothing: that it does not may be why an alarm rings.
 */
export async function checkAlarms(
  ports: Pick<Adapters, 'alarms' | 'clock' | 'endpointCalls'>,
  state: RolloutState,
): Promise<void> {
  const { alarms } = ports;
  const names = state.config.settings.vetoAlarms;
  if (names.length === 0 || state.plan.action === 'rollback') return;
  const notReady = (await alarms.alarmStates(names)).filter((one) => one.state !== 'OK');
  if (notReady.length === 0) return;
  if (state.blue.model !== undefined && 'silent' in (await meetBlue(ports, state))) return;
  throw new AlarmNotReady(
    `endpoint ${state.endpoint}: ${inWords(notReady)}; every alarm in vetoAlarms must be OK when a rollout ` +
      'starts, so nothing was published',
  );
}

/**
 * A weighted alias needs two versions with the same role and the same dead-letter queue (Lambda refuses others), so
 * that is settled before anything is published. Without weights it does not matter.
 */
export async function checkBlueFits(
  { versions }: Pick<Adapters, 'versions'>,
  state: RolloutState,
  blue: VersionFacts | undefined,
): Promise<void> {
  if (blue === undefined || state.blue.model === undefined || state.plan.steps.length === 0) return;
  const candidate = await versions.describeVersion(state.config.functionName, state.green.version ?? '$LATEST');
  if (candidate === undefined) return;
  const differences = [
    blue.role === candidate.role ? '' : `role ${candidate.role} instead of ${blue.role}`,
    blue.deadLetterArn === candidate.deadLetterArn
      ? ''
      : `dead-letter queue ${candidate.deadLetterArn ?? 'none'} instead of ${blue.deadLetterArn ?? 'none'}`,
  ].filter((difference) => difference !== '');
  if (differences.length === 0) return;
  throw new GreenIncompatible(
    `green cannot share the live alias with blue (version ${blue.version}): ${differences.join('; ')}. Roll out ` +
      'with "strategy": "AllAtOnce", which needs no weights',
  );
}

/** The endpoint of that name, or the only one. @throws InvalidInput, UnknownEndpoint with the names there are */
export const chooseEndpoint = (ports: Pick<Adapters, 'settings'>, name: string | undefined): Promise<EndpointConfig> =>
  findEndpoint(ports, parseExecutionInput(name === undefined ? {} : { endpoint: name }));
