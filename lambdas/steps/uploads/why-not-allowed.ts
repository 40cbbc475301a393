import type { EndpointSettings } from '../../contract/endpoint-settings';
import { type Strategy, isAtLeastAsCareful, strategyInWords, strategySteps } from '../../domain/strategy';

/**
 * Why an upload may not choose a strategy; undefined when it may. Who uploads need not be who decides how much users are
 * exposed: the endpoint's own strategy is the limit, unless its settings say otherwise.
 */
export function whyNotAllowed(
  { uploadsMayChoose, strategy: own }: Pick<EndpointSettings, 'uploadsMayChoose' | 'strategy'>,
  strategy: Strategy,
): string | undefined {
  const [chosen, allowed] = [strategySteps(strategy), strategySteps(own)];
  const isOwn = JSON.stringify(chosen) === JSON.stringify(allowed);
  switch (uploadsMayChoose) {
    case 'anything':
      return undefined;
    case 'nothing':
      return isOwn
        ? undefined
        : `${strategyInWords(strategy)} is not allowed: uploadsMayChoose is "nothing", which leaves the endpoint's own, ${strategyInWords(own)}`;
    case 'as-careful':
      return isOwn || isAtLeastAsCareful(chosen, allowed)
        ? undefined
        : `${strategyInWords(strategy)} is not allowed: less careful than the endpoint's own, ${strategyInWords(own)}; with uploadsMayChoose "as-careful" no weight may be larger than the own one at that minute, or its last one, and no bake shorter in all`;
  }
}
