import type { NextStep } from '../contract/operation-errors';
import type { EndpointView } from '../contract/view';

/** What a person may do about an endpoint as it is. */
export function nextSteps({ endpoint, state, rollout, last, back }: Omit<EndpointView, 'next'>): readonly NextStep[] {
  const command = (name: string, options = '') => `greenlight ${name} ${endpoint}${options}`;
  const because = " --reason '…'";
  switch (state) {
    case 'waiting for an answer':
      return [
        { what: 'Promote green', command: command('approve', because) },
        { what: 'Put blue back', command: command('reject', because) },
        { what: 'Read why it asks', command: command('explain') },
      ];
    case 'rolling out':
      return [
        { what: 'Follow it', command: command('status', ' --watch') },
        { what: 'Read what it waits for', command: command('explain') },
        ...(rollout?.phase === 'canary'
          ? [{ what: 'Promote green without more proof', command: command('promote', because) }]
          : []),
        { what: 'Stop it and put blue back', command: command('abort', because) },
      ];
    case 'ending':
      return [{ what: 'Look again in a minute', command: command('status') }];
    case 'leftover weights':
      return [
        {
          what: 'Nothing runs, and the reconciler removes the weights within its period; look again',
          command: command('status'),
        },
      ];
    case 'no live alias':
      return [{ what: 'The live alias was deleted: deploy the app again, which creates it' }];
    case 'at rest':
      if (last === null)
        return [{ what: 'Put a first model in service', command: `greenlight upload FILE --endpoint ${endpoint}` }];
      return [
        ...(last.error === null ? [] : [{ what: 'Read why the last rollout failed', command: command('explain') }]),
        { what: 'Roll out a model', command: `greenlight upload FILE --endpoint ${endpoint}` },
        ...(back.to === null || back.putBack !== null
          ? []
          : [{ what: `Go back to version ${back.to.version}`, command: command('rollback', because) }]),
      ];
  }
}
