import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { JudgeSettings } from '../../domain/gates/gates';

/** What the judge needs of the endpoint's settings, and the minutes of evidence that come before a `pass`. */
export const judgeSettings = (
  { falseAlarmRate, missRate, gates }: Pick<EndpointSettings, 'falseAlarmRate' | 'missRate' | 'gates'>,
  minimumMinutes: number,
): JudgeSettings => ({ falseAlarmRate, missRate, minimumMinutes, gates });
