import { ERROR_NAMES } from '../../../lambdas/contract/errors';
import { ABORTED_BY_PERSON, ROLLOUT_WAITS, STOPPED_BY_ROLLBACK } from '../../../lambdas/contract/names';
import { INJECTED_ERRORS } from '../faults/call-faults';
import type { Breach, Found } from './found';

/** Errors of the steps that a retry may heal; each is documented where it is thrown. */
const PASSING = [
  'AliasUnsettled',
  'DocumentContended',
  'IncompleteAnswer',
  'ProvisioningUnfinished',
  'StoredItemContended',
  'LockNotReleased',
  'VersionCannotRun',
  ROLLOUT_WAITS,
  'Stopped',
  STOPPED_BY_ROLLBACK,
  ABORTED_BY_PERSON,
];
const KNOWN: ReadonlySet<string> = new Set([...ERROR_NAMES, ...INJECTED_ERRORS, ...PASSING, 'NotFound', 'NoSuchKey']);
/** Names that AWS gives: exceptions of its services, of Step Functions, and of Lambda's runtime. */
const OF_AWS = /(Exception$|^AccessDenied$|^States\.|^Lambda\.|^Sandbox\.|^Runtime\.)/;

/** The retrier for throttles waits a quarter of an hour, half of it at random. */
const WAITED_MS = 5 * 60_000;

/** No input, event or answer ends in an unnamed error, and no alarm rings before anything has failed. */
export function errors({ story, endpoints, strays, executions, alarms, faultsFrom }: Found): readonly Breach[] {
  const all = [
    ...story.thrown.map(({ handler, error, message }) => ({ where: handler, error, message })),
    ...[...endpoints.flatMap((one) => one.records), ...strays].map(({ id, error, cause }) => ({
      where: `record ${id}`,
      error,
      message: cause,
    })),
    ...executions.map(({ name, error, cause }) => ({ where: `execution ${name}`, error, message: cause })),
  ];
  const unnamed = all.filter(({ error }) => error !== undefined && !KNOWN.has(error) && !OF_AWS.test(error));
  // A throttle is waited for; a rollout that it ends all the same says so in its words are our own and true.
  const throttled = [...endpoints.flatMap((one) => one.records), ...strays]
    .filter(
      ({ error = '', startedAt, endedAt = '' }) =>
        error === 'AwsThrottled' && Date.parse(endedAt) - Date.parse(startedAt) < WAITED_MS,
    )
    .map(({ id, error, cause }) => ({ where: `record ${id}, which waited for nothing`, error, message: cause }));
  const silent = alarms.flatMap(({ alarm, to, actions }) =>
    actions.flatMap(({ refused }) =>
      refused === undefined ? [] : [`alarm ${alarm} went to ${to}, and it was not delivered: ${refused}`],
    ),
  );
  const early = alarms
    .filter(({ to, at, actions }) => to !== 'OK' && at < faultsFrom && actions.length > 0)
    // Users of an endpoint that has no model yet get no answer.
    .filter(
      ({ alarm }) =>
        !endpoints.some(
          ({ plan, aliases }) =>
            aliases.every(({ at }) => at >= faultsFrom) && alarm.includes(`Endpoint${plan.name}Alarms`),
        ),
    )
    .map(({ alarm, to }) => `alarm ${alarm} went to ${to} before anything had failed`);
  return [
    ...[...unnamed, ...throttled].map(({ where, error, message }) => `${where}: ${error}: ${message?.slice(0, 300)}`),
    ...new Set([...silent, ...early]),
  ].map((what) => ({ promise: 8, what }));
}
