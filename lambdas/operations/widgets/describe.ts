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
    '**view** | `endpoints`: all of them, a row each. `rollout`: what runs at one endpoint or ran last, and buttons. `comparison`: its blue and green beside each other, over the time of the dashboard.',
    '**endpoint** | Name of the endpoint, for `rollout` and `comparison`. Default: the only one.',
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
    'No widget of its own: the buttons of `dashboard-view` call it. Anyone who may invoke it may promote, abort, approve, reject, roll back and postpone teardowns.',
  ].join('\n'),
};
