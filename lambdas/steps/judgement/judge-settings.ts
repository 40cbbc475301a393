import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { JudgeSettings } from '../../domain/judge/judgement';

/** What the judge needs of the endpoint's settings. The whole bake comes before `pass`: an early one ends the watch. */
export function judgeSettings(settings: EndpointSettings, minimumMinutes: number): JudgeSettings {
  const { errors, latency, predictions, throttles, accuracy, custom } = settings.gates;
  return {
    falseAlarmRate: settings.falseAlarmRate,
    missRate: settings.missRate,
    minimumMinutes,
    gates: {
      ...(errors !== false && { errors }),
      ...(latency !== false && { latency: {} }),
      ...(predictions !== false && { predictions }),
      ...(throttles !== false && { throttles }),
      ...(accuracy !== false && { accuracy: accuracySettings(accuracy) }),
      custom: custom.map(({ name, tolerance, harm }) => ({ name, tolerance, harm })),
    },
  };
}

type Accuracy = Exclude<EndpointSettings['gates']['accuracy'], false>;

/** Within which time labels are counted is the adapter's business. */
const accuracySettings = ({ tolerance, harm, minLabels }: Accuracy): JudgeSettings['gates']['accuracy'] => ({
  tolerance,
  harm,
  minLabels,
});
