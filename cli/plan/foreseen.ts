import { cloudwatchEvidence } from '../../lambdas/adapters/cloudwatch/evidence';
import type { Adapters } from '../../lambdas/adapters/adapters';
import { timesWarmAlone } from '../../lambdas/domain/gates/latency';
import { HOUR_MS, isoTime, settledUntil } from '../../lambdas/domain/minutes';
import { outlookOf } from '../../lambdas/domain/plan/outlook';
import { endsOnProof, type Strategy, strategySteps } from '../../lambdas/domain/strategy';
import { judgeSettings } from '../../lambdas/steps/judgement/kept-judgement';
import type { AdapterContext } from '../../lambdas/adapters/sdk/context';

interface Needs extends Pick<Adapters, 'clock' | 'liveAlias' | 'settings'> {
  readonly context: AdapterContext;
}

/** What blue's last hour can prove of a green that ends on proof; nothing where CloudWatch does not say. */
export async function foreseen(
  { clock, context, liveAlias, settings }: Needs,
  endpoint: string,
  asked: Strategy | undefined,
): Promise<readonly string[]> {
  try {
    const config = await settings.findSettings(endpoint);
    if (config === undefined) return [];
    const steps = strategySteps(asked ?? config.settings.strategy);
    if (!endsOnProof(steps)) return [];
    const { version } = await liveAlias.readLiveAlias(config.functionName);
    const until = settledUntil(clock.now());
    const hour = { from: isoTime(until - HOUR_MS), until: isoTime(until) };
    const read = await cloudwatchEvidence(context).fetchBaseline({ config, blue: version, ...hour, outline: false });
    if (read === 'unavailable' || read.baseline.baseline.every(({ blue }) => blue.invocations === 0)) return [];
    const { gates, onInsufficientEvidence } = config.settings;
    const { words, advice } = outlookOf(read.baseline, {
      steps,
      extendMinutes: onInsufficientEvidence.extendMinutes,
      judge: judgeSettings(config.settings, 0),
      warmOnly: timesWarmAlone(config.builtIn, gates.latency),
    });
    return [`  Expected: ${words}.`, ...advice.map((one) => `  What would help: ${one}.`)];
  } catch {
    return []; // the model is stored; what is expected of it is no reason to fail
  }
}
