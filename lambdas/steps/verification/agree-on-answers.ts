import { PreflightFailed } from '../../contract/errors';
import type { ModelMetadata } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import { decides } from '../../domain/gates/gates';

/**
 * What both versions say that they count of their answers, which alone can be compared, and the names of their classes: each
 * version counts by its own, which were fixed when it was published. Undefined where green's server says nothing of it.
 */
export function agreeOnAnswers(
  { config, blue: { version } }: RolloutState,
  green: ModelMetadata,
  blue: ModelMetadata | undefined,
): RolloutState['answers'] {
  const measures = green.parameters?.measures;
  if (!config.builtIn || measures === undefined) return undefined;
  if (blue === undefined) return { measures };
  const ofBlue = blue.parameters?.measures;
  if (ofBlue === undefined)
    return {
      measures: [],
      nothing: `version ${version} does not say what it counts of its answers, as a former model server did; answers are compared from the next rollout on`,
    };
  const [blueClasses, greenClasses] = [blue, green].map(({ parameters }) => parameters?.class_names);
  const named = (blueClasses === undefined) === (greenClasses === undefined);
  const common = measures.filter((name) => ofBlue.includes(name) && (name !== 'class' || named));
  if (common.length === 0 && measures.length > 0)
    return {
      measures: [],
      nothing: `version ${version} counts ${inWords(ofBlue)} of its answers, and green ${inWords(measures)}: nothing in common; answers are compared from the next rollout on`,
    };
  const isSettings = [blueClasses, greenClasses].every((one) => sameNames(one, config.settings.classNames));
  if (isSettings || !named) return { measures: common };
  // The state has a limit: where both have the same names, they are kept once.
  return { measures: common, blueClasses, ...(!sameNames(blueClasses, greenClasses) && { greenClasses }) };
}

const inWords = (measures: readonly string[]): string => (measures.length === 0 ? 'nothing' : measures.join(', '));

const sameNames = (one: readonly string[] | undefined, other: readonly string[] | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** A gate that would find nothing to count in half an hour of canary says so now, with what is missing. */
export function refuseUncounted({ config: { settings, builtIn }, answers }: RolloutState, green: ModelMetadata): void {
  if (!builtIn || answers === undefined || answers.nothing !== undefined || answers.measures.length > 0) return;
  if (!decides(settings.gates, 'predictions') || settings.onInsufficientEvidence.then !== 'abort') return;
  const text = green.outputs.find(({ datatype }) => datatype === 'BYTES');
  const missing =
    text === undefined
      ? 'no output is a class, a number or a row of numbers. Name one with "predictionOutput", or a value with "measures"'
      : `output "${text.name}" is text, and neither the model nor a golden set lists its classes. Set "classNames" of the endpoint to all its labels`;
  throw new PreflightFailed(
    `nothing can be counted of what the model answers, so that the gate predictions would never pass: ${missing}, or switch the gate off ("gates": { "predictions": false })`,
  );
}
