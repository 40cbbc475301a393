import { and, type AdapterContext, type Made } from '../../adapters/sdk/context';
import { ACT_FUNCTION, CHANNELS } from '../../contract/names';
import { cloudwatchTraffic } from '../../adapters/cloudwatch/traffic';
import { consoleLinks } from '../../adapters/console-links';
import { snsSubscribers } from '../../adapters/notices';
import { lambdaTeardown } from '../../adapters/lambda/teardown';
import { lambdaVersions } from '../../adapters/lambda/versions';
import { sfnAnswers } from '../../adapters/executions';
import { sha256Hex } from '../../adapters/crypto';
import { statusNeeds } from '../needs';
import type { RolloutRecord } from '../../contract/rollout-record';
import type { RolloutPicture } from '../../pages/dashboard/rollout/offers';
import { explainView } from '../explain';
import { status } from '../status';
import { FIELD_LIMITS, FIELDS, type WidgetShow } from '../../contract/widget-event';

export const actNeeds = /* @__PURE__ */ and(statusNeeds, {
  consoleLinks,
  answers: sfnAnswers,
  hash: () => sha256Hex,
  teardown: lambdaTeardown,
  versions: lambdaVersions,
});
export type ActNeeds = Made<typeof actNeeds>;

export const showNeeds = /* @__PURE__ */ and(statusNeeds, {
  consoleLinks,
  traffic: cloudwatchTraffic,
  /** ARN of the function that the buttons call; undefined where the dashboard only shows. */
  actFunction: ({ env }: AdapterContext): string | undefined => env[ACT_FUNCTION],
  channels: ({ env }: AdapterContext): number => Number(env[CHANNELS] ?? 0),
  subscribers: snsSubscribers,
});
export type ShowNeeds = Made<typeof showNeeds>;

/** What CloudWatch shows of a widget where its parameters are set. */
export interface Description {
  readonly markdown: string;
}

export const DESCRIBE_SHOW: Description = {
  markdown: [
    '## Greenlight: rollouts of models',
    '',
    'Param | Description',
    '---|---',
    '**view** | `endpoints`: all of them, a row each. `rollout`: what runs at one endpoint or ran last, and ' +
      'buttons. `comparison`: its blue and green beside each other, over the time of the dashboard.',
    '**endpoint** | Name of the endpoint, for `rollout` and `comparison`. Default: the only one.',
    '**page** | Of `endpoints`, 50 on each, those first that ask for a person. Default: 1.',
    '',
    '``` yaml',
    'view: rollout',
    'endpoint: digits',
    '```',
  ].join('\n'),
};

export const DESCRIBE_ACT: Description = {
  markdown: [
    '## Greenlight: the buttons of the dashboard',
    '',
    'No widget of its own: the buttons of `dashboard-view` call it. Anyone who may invoke it may promote, abort, ' +
      'approve, reject, roll back and postpone teardowns.',
  ].join('\n'),
};

/**
 * What `greenlight status` and `explain` say of an endpoint, and the record they say it from. @throws UnknownEndpoint
 */
export async function readRollout(
  ports: Omit<ActNeeds, 'answers' | 'hash' | 'teardown' | 'versions'>,
  endpoint: string | undefined,
): Promise<RolloutPicture> {
  const view = await status(ports, endpoint);
  const { headline, because, rollout } = await explainView(ports, view);
  const record = rollout === null ? undefined : await ports.records.readRecord(view.endpoint, rollout.id);
  return { view, headline, because, record, links: linksTo(ports, record) };
}

const linksTo = ({ consoleLinks }: Pick<ActNeeds, 'consoleLinks'>, record: RolloutRecord | undefined) => [
  ...(record?.executionArn === undefined
    ? []
    : [{ label: 'The execution', address: consoleLinks.linkToExecution(record.executionArn) }]),
  ...(record?.report === undefined ? [] : [{ label: 'The report', address: consoleLinks.linkToObject(record.report) }]),
];

export interface Typed {
  readonly by: string;
  readonly reason: string;
  readonly to: string;
}

/**
 * What stands in the form fields of a widget; a field that is missing, or no text, is empty. Longer than it may be by
 * one at most.
 */
export function typedIn({ forms }: Pick<WidgetShow['widgetContext'], 'forms'>): Typed {
  const read = (name: keyof typeof FIELDS): string => {
    const value = Object.hasOwn(forms.all, FIELDS[name]) ? forms.all[FIELDS[name]] : undefined;
    return typeof value === 'string' ? value.trim().slice(0, FIELD_LIMITS[name] + 1) : '';
  };
  return { by: read('by'), reason: read('reason'), to: read('to') };
}
