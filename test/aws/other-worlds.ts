import type { EngineOptions, Meddle } from './bench/engine-bench';

const refuse = (name: string): never => {
  throw Object.assign(new Error('refused'), { name });
};

/** Meddles with one command. */
const where =
  (
    command: string,
    meddle: (...rest: Parameters<Meddle> extends [string, ...infer Rest] ? Rest : never) => unknown,
  ): Meddle =>
  async (name, input, go) =>
    name === command ? meddle(input, go) : go();

const hasWeights = ({ RoutingConfig }: { readonly RoutingConfig?: unknown }): boolean =>
  Object.keys((RoutingConfig as { AdditionalVersionWeights?: object } | undefined)?.AdditionalVersionWeights ?? {})
    .length > 0;

/** For each question an engine in which its assumption does not hold. */
export const otherWorlds: Readonly<Record<string, EngineOptions>> = {
  L13: {
    meddle: where('UpdateAlias', (input, go) => (hasWeights(input) ? refuse('InvalidParameterValueException') : go())),
  },
  C3: { world: { lambda: { versionMetricsWithoutWeights: false } } },
  C4: { world: { cloudwatch: { delaySeconds: [200, 300] } } },
  'C4-embedded': { world: { cloudwatch: { delaySeconds: [200, 300] } } },
  L5: { meddle: aliasThatLags(5.5 * 80) },
  'C7-bins': {
    meddle: where('GetMetricData', async (input, go) => {
      // Bins of 10 %: what shares a bin with the bound counts in part.
      const output = await go();
      const ranks = JSON.stringify(input).includes('PR(');
      return ranks ? { ...output, MetricDataResults: [{ Id: 'm0', Values: [100] }] } : output;
    }),
  },
  L9: {
    meddle: where('PublishVersion', ({ RevisionId }, go) =>
      RevisionId === undefined ? go() : refuse('PreconditionFailedException'),
    ),
  },
  L8: {
    meddle: where('PublishVersion', async ({ Description }, go) => {
      const { Version } = await go();
      return {
        Version: Description === undefined ? Version : String(Number(Version) + 1),
      };
    }),
  },
  'C3-throttles': {
    world: { lambda: { versionMetricsWithoutWeights: false } },
  },
  L26: {
    meddle: where('Invoke', async (_input, go) => {
      const output = await go();
      const payload = Buffer.from(JSON.stringify({ errorType: 'Runtime.HandlerError' }));
      return output.FunctionError === undefined ? output : { ...output, Payload: payload };
    }),
  },
  C2: {
    meddle: where('Invoke', (input, go) => go({ ...input, Qualifier: 'live' })),
  },
  C7: {
    meddle: where('GetMetricData', async (input, go) =>
      JSON.stringify(input).includes('PR(') ? go(wider(input)) : go(),
    ),
  },
  L3: {
    meddle: where('UpdateAlias', (input, go) => go({ ...input, RevisionId: undefined })),
  },
  L4: {
    meddle: where('UpdateAlias', (input, go) => go({ RoutingConfig: { AdditionalVersionWeights: {} }, ...input })),
  },
  L6: {
    meddle: where('UpdateAlias', (input, go) => (hasWeights(input) ? refuse('InternalError') : go())),
  },
  L7: {
    meddle: where('Invoke', async (_input, go) => ({
      ...(await go()),
      ExecutedVersion: undefined,
    })),
  },
  L10: { meddle: where('DeleteFunction', () => ({})) },
  L11: { meddle: where('PutProvisionedConcurrencyConfig', () => ({})) },
};

/** PR(2:5) as if its lower bound were part of the range. */
const wider = (input: object) =>
  JSON.parse(JSON.stringify(input).replace('PR(2:5)', 'PR(1:5)')) as Record<string, unknown>;

/** The alias is updated, and this many calls still say the version before: 80 are made in a second. */
function aliasThatLags(calls: number): Meddle {
  let [before, named, left] = ['', '', 0];
  return async (command, input, go) => {
    if (command === 'UpdateAlias') [before, named, left] = [named, String(input.FunctionVersion), calls];
    if (command === 'CreateAlias') named = String(input.FunctionVersion);
    const output = await go();
    if (command !== 'Invoke' || before === '') return output;
    left -= 1;
    return left < 0 ? output : { ...output, ExecutedVersion: before };
  };
}
