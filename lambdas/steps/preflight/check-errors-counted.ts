import * as z from 'zod';
import { PreflightFailed } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import { decides } from '../../domain/gates/gates';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import { SELF_TEST_PATH } from '../../contract/inference-protocol';
import type { EndpointAnswer } from '../../adapters/lambda/endpoint-calls';
import { saidBy } from '../verification/ask-version';

const embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/**
 * Whether a line of the log makes CloudWatch count one model error where the judge reads it: embedded metric format,
 * our namespace, exactly our two dimensions with this endpoint and version. A line with anything before its brace is no
 * metric.
 */
export function countsAModelError(line: string, endpoint: string, version: string): boolean {
  const record = embedded.safeParse(json(line));
  if (!record.success) return false;
  const { data } = record;
  const here = data._aws.CloudWatchMetrics.some(
    ({ Namespace, Dimensions, Metrics }) =>
      Namespace === METRIC_NAMESPACE &&
      Dimensions.some((names) => [...names].sort().join() === Object.values(METRIC_DIMENSIONS).sort().join()) &&
      Metrics.some(({ Name }) => Name === METRICS.modelErrors),
  );
  const value = data[METRICS.modelErrors];
  return (
    here &&
    data[METRIC_DIMENSIONS.endpoint] === endpoint &&
    data[METRIC_DIMENSIONS.version] === version &&
    (value === 1 || (Array.isArray(value) && value.length === 1 && value[0] === 1))
  );
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // a line of text, or the first one of a tail that was cut
  }
}

type Calls = Pick<Adapters, 'endpointCalls'>;

/**
 * A failure of green moves a counter that the judge reads. An endpoint that answers its failures as successes would
 * look faultless whatever the model does. Answers what was tried. Throws PreflightFailed.
 */
export async function checkErrorsAreCounted(ports: Calls, state: RolloutState, version: string): Promise<string> {
  const { settings, builtIn } = state.config;
  if (!decides(settings.gates, 'errors')) return 'failures not tried: the gate for errors is off, or only observed';
  if (builtIn) return failOnPurpose(ports, state, version);
  const { knownBadRequest } = settings;
  return knownBadRequest === undefined
    ? 'failures not tried: the endpoint has no knownBadRequest'
    : sendKnownBad(ports, state, version, knownBadRequest);
}

/** What is written at the end of a request may reach its log too late for the answer: not so three times in a row. */
const FAILURES_ON_PURPOSE = 3;

/** The call is counted under green's own dimensions, in a minute without traffic of green yet: no judge sees it. */
async function failOnPurpose(
  ports: Calls,
  state: RolloutState,
  version: string,
  tries = FAILURES_ON_PURPOSE,
): Promise<string> {
  const { functionName, settings } = state.config;
  const request = { method: 'POST', path: SELF_TEST_PATH } as const;
  const { answer, log } = await ports.endpointCalls.callVersionWithLog(functionName, version, request);
  const asked = `version ${version} was asked to fail on purpose (POST ${SELF_TEST_PATH})`;
  if (answer.kind === 'answered' && answer.status === 404 && state.plan.action === 'rollback')
    return `failures not tried: version ${version} is older than this check`;
  if (answer.kind === 'crashed' || answer.status !== 500) {
    throw new PreflightFailed(
      `${asked} and ${answerInWords(answer)}, not 500: a failing model would not be counted. Is the code that ` +
        "the function runs the app's own? Deploy the app again",
    );
  }
  if (log.some((line) => countsAModelError(line, settings.name, version))) return 'a failure on purpose was counted';
  if (tries > 1) return failOnPurpose(ports, state, version, tries - 1);
  const { endpoint, version: executed } = METRIC_DIMENSIONS;
  const found = log.length === 0 ? 'Lambda sent no log of it' : `its log (${log.length} lines) has no such record`;
  throw new PreflightFailed(
    `${asked} and answered 500, but nothing counted it: metric ${METRICS.modelErrors} (failures of the model) = ` +
      `1 in namespace ${METRIC_NAMESPACE} under ${endpoint}=${settings.name}, ${executed}=${version} was to be in ` +
      `its log, and ${found}. The judge would see no failure of green`,
  );
}

type KnownBad = NonNullable<RolloutState['config']['settings']['knownBadRequest']>;

/** Of a function of the user's own, Lambda counts what is thrown; an answer of status 500 is a success to it. */
async function sendKnownBad(
  { endpointCalls }: Calls,
  state: RolloutState,
  version: string,
  { method, path, body }: KnownBad,
): Promise<string> {
  const { functionName, settings } = state.config;
  const answer = await endpointCalls.callVersion(functionName, version, { method, path, body });
  const asked = `knownBadRequest, ${method} ${path},`;
  if (answer.kind === 'crashed') return `${asked} was counted as an error (${answer.error})`;
  const custom = settings.gates.custom.filter(({ mode }) => mode === 'enforce').map(({ name }) => `custom:${name}`);
  if (custom.length > 0) return `${asked} ${answerInWords(answer)}: only ${custom.join(', ')} can have counted it`;
  throw new PreflightFailed(
    `version ${version} swallows errors: ${asked} ${answerInWords(answer)}, which Lambda counts as a success, so ` +
      'the judge would see no failure of green. Let the function throw what it cannot answer, or count failures in ' +
      'a metric of your own and name it in gates.custom',
  );
}

const answerInWords = (answer: EndpointAnswer): string =>
  answer.kind === 'crashed' ? `crashed with ${saidBy(answer)}` : `answered ${answer.status}: ${saidBy(answer)}`;
