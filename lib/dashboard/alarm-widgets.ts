import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { AppAlarms } from '../alarms';

const HEIGHT = 4;

/** The app's own alarms, and where the runbook says what to do about each. */
export const alarmWidgets = (
  alarms: AppAlarms['all'],
  runbookUrl: string | undefined,
): readonly cloudwatch.IWidget[] => [
  new cloudwatch.AlarmStatusWidget({
    title: "Greenlight's own alarms",
    alarms: alarms.map(({ alarm }) => alarm),
    width: 12,
    height: HEIGHT,
  }),
  new cloudwatch.TextWidget({ markdown: inWords(alarms, runbookUrl), width: 12, height: HEIGHT }),
];

const inWords = (alarms: AppAlarms['all'], runbookUrl: string | undefined): string =>
  [
    'When one is in ALARM, users may be on a bad model. Otherwise they are on blue or on a promoted green, ' +
      'whatever a rollout does.',
    '',
    `What to do, in the runbook (\`docs/guides/operations.md\`): ` +
      `${alarms.map(({ id }) => section(id, runbookUrl)).join(', ')}.`,
    '',
    'To get users off a bad model now: the button _Roll back_ below, or ' +
      `${section('Get users off a bad model now', runbookUrl)}.`,
  ].join('\n');

/** A heading's fragment, as Markdown renderers make it. */
const section = (heading: string, runbookUrl: string | undefined): string =>
  runbookUrl === undefined ? heading : `[${heading}](${runbookUrl}#${heading.toLowerCase().replaceAll(' ', '-')})`;
