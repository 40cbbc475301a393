import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { JudgeSettings } from '../../domain/gates/gates';

/** What the judge needs of the endpoint's settings. The whole bake comes before `pass`: an early one ends the watch. */
export const judgeSettings = (
  { falseAlarmRate, missRate, gates }: Pick<EndpointSettings, 'falseAlarmRate' | 'missRate' | 'gates'>,
  minimumMinutes: number,
): JudgeSettings => ({ falseAlarmRate, missRate, minimumMinutes, gates });
