import { cloudwatchTraffic } from '../lambdas/adapters/cloudwatch/traffic';
import type { EndpointConfig } from '../lambdas/contract/endpoint-settings';
import type { EndpointView } from '../lambdas/contract/view';
import { MINUTE_MS } from '../lambdas/domain/minutes';
import { roughly } from '../lambdas/domain/numbers';
import { status } from '../lambdas/operations/status';
import type { Account, LambdaLimits, WhoIsTold } from './app/account';
import type { CliApp } from './app/cli-app';
import type { Cli } from './command';
import { failureOf } from './failure';

/** What was looked at: in order, or what is to do and the command that does it. */
export interface CheckUp {
  readonly check: string;
  readonly state: 'ok' | 'to do';
  readonly says: string;
  /** To be typed. */
  readonly commands: readonly string[];
}

/** The CDK's own stack of an account and region; its templates ask for this version at least. */
const BOOTSTRAP = { stack: 'CDKToolkit', output: 'BootstrapVersion', least: 6 } as const;
/** New accounts have 10: the handlers of one rollout and a few users are throttled there. */
const LEAST_CONCURRENCY = 100;
/** From this part of the storage for code on it is time to do something. */
const MOST_CODE = 0.8;
const gigabytes = (bytes: number): string => roughly(bytes / 2 ** 30);
/** What a canary looks at, as the newest hour is what it compares with. */
const TRAFFIC_MINUTES = 60;

const ok = (check: string, says: string): CheckUp => ({ check, state: 'ok', says, commands: [] });
const toDo = (check: string, says: string, ...commands: readonly string[]): CheckUp => ({
  ...{ check, says, commands },
  state: 'to do',
});

/** Each thing that must be there, in the order in which one meets it; what stands on a missing one is not looked at. */
export async function examine(cli: Cli, stack: string): Promise<readonly CheckUp[]> {
  const account = await cli.account();
  const findings: CheckUp[] = [];
  const look = async (check: string, what: () => Promise<readonly CheckUp[]>): Promise<boolean> => {
    const found = await what().catch((error: unknown) => [failed(check, error)]);
    findings.push(...found);
    return found.every(({ state }) => state === 'ok');
  };
  if (!(await look('credentials', () => signedIn(account)))) return findings;
  await look('bootstrap', () => bootstrapped(account));
  await look('concurrency', () => lambdaLimits(account));
  if (!(await look('app', () => deployed(account, stack)))) return findings;
  await look('subscriptions', async () => [told(await account.whoIsTold(stack))]);
  await look('endpoints', async () => endpoints(await cli.app()));
  return findings;
}

/** The check itself went wrong: it says so and is to do. */
function failed(check: string, error: unknown): CheckUp {
  const { name, message, next } = failureOf(error);
  const what = next.map((one) => one.what).join('; ');
  return toDo(check, `${name}: ${message}. ${what}`, ...next.flatMap(({ command }) => command ?? []));
}

async function signedIn(account: Account): Promise<readonly CheckUp[]> {
  const { region, accessKeyId } = await account.signIn();
  return [ok('credentials', `there are some (key ${accessKeyId.slice(0, 4)}…)`), ok('region', region)];
}

async function bootstrapped(account: Account): Promise<readonly CheckUp[]> {
  const found = await account.describeStack(BOOTSTRAP.stack);
  const version = Number(found?.outputs[BOOTSTRAP.output] ?? 0);
  if (version >= BOOTSTRAP.least) return [ok('bootstrap', `the CDK's, version ${version}`)];
  const says =
    found === undefined
      ? 'the CDK was never bootstrapped here'
      : `version ${version}: ${BOOTSTRAP.least} or later is needed`;
  return [toDo('bootstrap', `${says}; it is needed once per account and region`, 'npx cdk bootstrap')];
}

async function lambdaLimits(account: Account): Promise<readonly CheckUp[]> {
  const limits = await account.lambdaLimits();
  return [concurrent(limits), ...(limits.code === undefined ? [] : [codeStored(limits.code)])];
}

/** Each version holds the model server anew, 26 MB on arm64: a full account takes no deploy and no model. */
function codeStored({ bytes, most }: NonNullable<LambdaLimits['code']>): CheckUp {
  const says = `${gigabytes(bytes)} of ${gigabytes(most)} GB that the account's versions and layers may take`;
  if (bytes < MOST_CODE * most) return ok('code storage', says);
  return toDo(
    'code storage',
    `${says}: when they are full, no model is published any more. Keep fewer idle versions (keepVersions, ` +
      'rollbackWindowMinutes), or ask for more',
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-2ACBD22F ' +
      '--desired-value 300',
  );
}

function concurrent({ limit, unreserved }: LambdaLimits): CheckUp {
  if (unreserved >= LEAST_CONCURRENCY) return ok('concurrency', `${unreserved} executions at once, of ${limit}`);
  return toDo(
    'concurrency',
    `${unreserved} executions at once: users and rollouts are throttled beyond them; ${LEAST_CONCURRENCY} or ` +
      'more are advised',
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 ' +
      '--desired-value 1000',
  );
}

async function deployed(account: Account, stack: string): Promise<readonly CheckUp[]> {
  const found = await account.describeStack(stack);
  if (found === undefined)
    return [toDo('app', `there is no stack ${stack} in this account and region`, 'npx cdk deploy')];
  // UPDATE_ROLLBACK_COMPLETE is what ran before, whole.
  if (/^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(found.status))
    return [ok('app', `stack ${stack}: ${found.status}`)];
  const goesOn = found.status.endsWith('_IN_PROGRESS');
  return [
    toDo(
      'app',
      `stack ${stack} is in ${found.status}${goesOn ? ': wait for its end' : ''}`,
      goesOn
        ? `aws cloudformation wait stack-update-complete --stack-name ${stack}`
        : `aws cloudformation describe-stack-events --stack-name ${stack}`,
    ),
  ];
}

function told({ topicArn, confirmed, pending, channels }: WhoIsTold): CheckUp {
  const also = channels === 0 ? '' : `${channels} chats or pagers`;
  if (confirmed > 0 || channels > 0)
    return ok(
      'subscriptions',
      [confirmed > 0 ? `${confirmed} to the topic` : '', also].filter((one) => one !== '').join(', '),
    );
  if (pending > 0)
    return toDo(
      'subscriptions',
      `${pending} by mail, none confirmed: nothing arrives before the link in AWS' mail is followed`,
      `aws sns list-subscriptions-by-topic --topic-arn ${topicArn}`,
    );
  return toDo(
    'subscriptions',
    'no one hears of questions, failures and alarms',
    `aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint YOU@example.com`,
  );
}

async function endpoints(app: CliApp): Promise<readonly CheckUp[]> {
  const { configs, unreadable } = await app.ports.settings.readableSettings();
  if (configs.length === 0 && unreadable.length === 0)
    return [toDo('endpoints', 'the app has none: add one to bin/endpoints.ts', 'npx cdk deploy')];
  const each = configs.map(async (config) => {
    const { name } = config.settings;
    const live = status(app.ports, name).then((view) => served(app, config, view));
    return [await golden(app, config), ...(await live.catch((error: unknown) => [failed(`${name}: live`, error)]))];
  });
  const notRead = unreadable.map(({ message }) =>
    toDo('endpoints', `settings that cannot be read: ${message}`, 'npx cdk deploy'),
  );
  return [...notRead, ...(await Promise.all(each)).flat()];
}

async function golden({ ports: { models } }: CliApp, { settings }: EndpointConfig): Promise<CheckUp> {
  const check = `${settings.name}: golden`;
  const key = settings.goldenSet?.key;
  if (key === undefined) return ok(check, 'none in the settings; with one no model that answers wrongly meets a user');
  if (await models.isThere(key)) return ok(check, key);
  return toDo(
    check,
    `${key} is not in the bucket: each rollout would be refused`,
    `aws s3 cp GOLDEN.json s3://${models.bucket}/${key}`,
  );
}

/** Whether anything is in service, and whether a canary could prove anything there. */
async function served(app: CliApp, config: EndpointConfig, view: EndpointView): Promise<readonly CheckUp[]> {
  const { name } = config.settings;
  const check = `${name}: live`;
  const { live, state, next } = view;
  if (state === 'no live alias' || state === 'leftover weights')
    return [toDo(check, state, ...next.flatMap(({ command }) => command ?? []))];
  if (live?.model == null)
    return [
      view.rollout === null
        ? toDo(check, 'no model was rolled out yet', `greenlight upload MODEL.onnx --endpoint ${name} --wait`)
        : ok(check, 'the first model is being rolled out'),
    ];
  const found = ok(check, `version ${live.version ?? '?'}, ${state}`);
  const requests = await requestsOf(app, config, live.version ?? '');
  if (requests === undefined) return [found];
  if (requests > 0) return [found, ok(`${name}: traffic`, `${requests} requests in the last hour`)];
  return [
    found,
    toDo(
      `${name}: traffic`,
      'no request in the last hour: a canary of the next model would end without proof (InsufficientEvidence)',
      `greenlight traffic ${name} --rpm 600`,
    ),
  ];
}

/** Undefined where CloudWatch gives no complete answer, and of a recording. */
async function requestsOf({ context }: CliApp, config: EndpointConfig, version: string): Promise<number | undefined> {
  if (context === undefined) return undefined;
  const untilMs = Math.floor(context.clock.now() / MINUTE_MS) * MINUTE_MS;
  const fromMs = untilMs - TRAFFIC_MINUTES * MINUTE_MS;
  const traffic = await cloudwatchTraffic(context).readTraffic({
    ...{ config, versions: [version], measures: [], fromMs, untilMs },
    periodSeconds: 60,
  });
  if (traffic === 'unavailable') return undefined;
  return (traffic.get(version) ?? []).reduce((sum, { requests }) => sum + requests, 0);
}
