import { HANDLER_NAMES } from '../../../lib/handlers';
import { instead, intercepting, without } from './intercept';
import type { Mutant } from '../world/mutant';

/** What is broken about telling people and programs. */
export const TELLING_MUTANTS: readonly Mutant[] = [
  {
    name: 'what was lost is not looked for',
    breaks: 'what the stream does not bring is never published',
    handlers: () =>
      instead('announce', async (event, usual) => ('Records' in (event as object) ? usual(event) : 'nothing to do')),
  },
  {
    name: 'what was published is not noted',
    breaks: 'a notice that fails sends its event a second time',
    skipRuns: 7,
    handlers: () =>
      intercepting(
        ['announce'],
        () => async (call) =>
          call.name === 'Update' && JSON.stringify(call.input).includes('PublishedAt') ? {} : call.send(),
      ),
  },
  {
    name: 'announced by every try',
    breaks: 'a step that is tried again announces again',
    handlers: () =>
      intercepting(HANDLER_NAMES, () => async (call) => {
        if (call.name !== 'TransactWrite') return call.send();
        const items = call.input['TransactItems'] as readonly { readonly Put: Readonly<Record<string, unknown>> }[];
        const isNote = ({ Put }: (typeof items)[number]) =>
          String((Put['Item'] as { sk?: string }).sk).startsWith('ANNOUNCED#');
        const TransactItems = items.map((item) =>
          isNote(item) ? { Put: without(item.Put, 'ConditionExpression', 'ExpressionAttributeNames') } : item,
        );
        return call.send({ ...call.input, TransactItems });
      }),
  },
  {
    name: 'told after the record is closed',
    breaks: 'a record is closed in one write, and its end announced in a second',
    handlers: () =>
      intercepting(HANDLER_NAMES, () => async (call) => {
        const items = (call.input['TransactItems'] ?? []) as readonly {
          readonly Put: Readonly<Record<string, unknown>>;
        }[];
        const [first, ...rest] = items;
        if (call.name !== 'TransactWrite' || (first?.Put['Item'] as { status?: string }).status !== 'ended')
          return call.send();
        await call.send({ TransactItems: [first] });
        return call.send({ TransactItems: rest });
      }),
  },
];
