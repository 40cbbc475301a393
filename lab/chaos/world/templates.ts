import { HANDLER_METADATA, MODEL_SERVER } from '../../../lambdas/contract/names';
import { synthTemplate } from '../../../lib/synthesise';
import type { Template } from '../../../simulator/template';
import { GONE_FUNCTION, HOOK_FUNCTION, TIMEOUT_SECONDS } from '../plan/draw-hooks';
import { ENDPOINT_NAMES } from '../plan/draw-plan';
import { GOLDEN_KEY, VETO_ALARM } from '../plan/draw-settings';

const made = new Map<string, Template>();

/** The app with so many endpoints, synthesised once per process. Its roles allow whatever a run's settings ask for. */
export const templateFor = (endpoints: number, memoryMB = 1024): Template =>
  templateOf(ENDPOINT_NAMES.slice(0, endpoints), memoryMB);

/** The same with another code of the model server. */
export function templateWithCode(endpoints: number, code: string): Template {
  const { Resources, ...rest } = templateFor(endpoints);
  const changed = Object.entries(Resources).map(([id, one]) => {
    const change = (more: object) => [id, { ...one, Properties: { ...one.Properties, ...more } }];
    if (one.Type === 'Custom::GreenlightLiveAlias') return change({ CodeFingerprint: code });
    return one.Metadata?.[HANDLER_METADATA] === MODEL_SERVER
      ? change({ Code: { S3Bucket: 'assets', S3Key: code } })
      : [id, one];
  });
  return { ...rest, Resources: Object.fromEntries(changed) as Template['Resources'] };
}

/** The same with endpoints of these names. */
export function templateOf(names: readonly string[], memoryMB = 1024): Template {
  const key = `${names.join()} ${memoryMB}`;
  const known = made.get(key);
  if (known) return known;
  const wanted = names.map((name) => ({
    ...{ name, memoryMB, goldenSet: { key: GOLDEN_KEY }, provisionedConcurrency: 1, vetoAlarms: [VETO_ALARM] },
    captureSampleRate: 0.01,
    // A deploy brings these settings back: a hook that hangs must be late by them too.
    hooks: { beforeTraffic: askedIn(HOOK_FUNCTION), afterPromotion: askedIn(GONE_FUNCTION) },
  }));
  const template = synthTemplate(wanted) as unknown as Template;
  made.set(key, template);
  return template;
}

const askedIn = (name: string) => ({ function: name, timeoutSeconds: TIMEOUT_SECONDS });
