import { Annotations, type CustomResource, Stack, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IStringParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EndpointSettings, EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import { CLASS_NAMES_FOLDER } from '../lambdas/contract/class-names';
import {
  CAPTURED_PREFIX,
  FORMER_LABELS_PREFIX,
  GOLDEN_PREFIX,
  LABELS_PREFIX,
  LIVE_ALIAS,
  MODELS_PREFIX,
  PLANE_TAG,
  PREVIEW_ALIAS,
  ROLLOUTS_PREFIX,
  SAMPLES_PREFIX,
} from '../lambdas/contract/names';
import { timesWarmAlone } from '../lambdas/domain/gates/latency';
import { trafficInWords } from '../lambdas/domain/plan/traffic-needed';
import type { EndpointResources } from './app-resources';
import { GreenlightControlPlane } from './control-plane';
import { EndpointAlarms } from './endpoint-alarms';
import { ModelServerFunction } from './model-server-function';
import { acceptWildcard, nagName } from './nag-reasons';
import { type IGreenlightControlPlane, planeSeenFrom } from './plane-facts';
import { register } from './registration';
import { checkOfEndpoint, keyOver, type SecurityProps, secure } from './security';
import { checkSettings } from './settings/check-settings';
import { allowHooks, type EndpointHooks, sorted, withHooks } from './settings/hook-functions';
import { SettingsRefused } from './settings/settings-refused';

/** What an endpoint has beside its settings. */
export interface AddEndpointOptions {
  /**
   * Serve with this function instead of the built-in model server. It must answer the same protocol; memory and timeout
   * are its own.
   * @default - the built-in model server
   */
  readonly function?: lambda.Function;
  /**
   * Functions that say whether a rollout may go on, at three moments of it: functions of the app, or names and
   * ARNs as in the settings.
   * @default - none
   */
  readonly hooks?: EndpointHooks;
  /**
   * Whether that function counts its answers as the built-in model server does: the same metrics, and a failure on
   * purpose for a rollout that asks. Then every gate judges it; examples/python-endpoint shows how.
   * @default false: judged by what Lambda counts, and by gates.custom
   */
  readonly countsAnswers?: boolean;
}

/** An endpoint: its settings, each with a default, and the control plane that rolls out its models. */
export interface GreenlightEndpointProps extends Omit<EndpointSettingsInput, 'hooks'>, AddEndpointOptions {
  /** Made in this app, or found by its name. */
  readonly plane: IGreenlightControlPlane;
  /**
   * Who may call the endpoint's URL: callers with IAM rights, or everybody.
   * @default FunctionUrlAuthType.AWS_IAM
   */
  readonly functionUrlAuth?: lambda.FunctionUrlAuthType;
  /**
   * Processor of the built-in model server.
   * @default Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;
  /**
   * How long the built-in model server's logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * What a security team asks for, for the built-in model server. A key is that of the control plane, which the bucket
   * needs; access logs and the endpoints of a VPC are the control plane's.
   * @default - none of it; in a `Greenlight`, that of all
   */
  readonly security?: SecurityProps;
}

/**
 * One served model: a function, its live alias, its URL and its settings, in any stack of its control plane's account
 * and region.
 */
export class GreenlightEndpoint extends Construct {
  /** Complete: every default is filled in. */
  readonly settings: EndpointSettings;
  /** What serves the model: the built-in model server, or a function of your own. */
  readonly function: lambda.Function;
  /** Whether its answers are counted as the built-in model server counts its own. */
  readonly builtIn: boolean;
  /** Callers use this, never the function itself: `arn:…:function:name:live`. */
  readonly liveAliasArn: string;
  /** https://….lambda-url.….on.aws/ of the live alias. */
  readonly url: string;
  /** `/greenlight/<control plane>/<endpoint>/url`, where callers of other repositories find it. */
  readonly urlParameter: IStringParameter;
  /** Testers use this: green while a rollout tests it, else what is live. `arn:…:function:name:preview`. */
  readonly previewAliasArn: string;
  /** https://….lambda-url.….on.aws/ of the preview alias; requests are signed with IAM, however the live URL is. */
  readonly previewUrl: string;
  /** `/greenlight/<control plane>/<endpoint>/preview-url`, where test suites of other repositories find it. */
  readonly previewUrlParameter: IStringParameter;
  private readonly liveAlias: CustomResource;
  private readonly plane: IGreenlightControlPlane;

  /** Throws SettingsRefused with every problem of its settings. */
  constructor(scope: Construct, id: string, props: GreenlightEndpointProps) {
    super(scope, id);
    const { plane: given, function: own, hooks = {}, countsAnswers = false, security, ...rest } = props;
    const { functionUrlAuth = lambda.FunctionUrlAuthType.AWS_IAM, ...more } = rest;
    const { architecture = lambda.Architecture.ARM_64, logRetention = RetentionDays.ONE_MONTH, ...written } = more;
    const { named, functions } = sorted(hooks);
    const [checked] = checkSettings([{ ...written, hooks: named }]);
    const settings = (this.settings = withHooks(checked as EndpointSettings, functions));
    if (own !== undefined) checkOwn(settings, countsAnswers);
    if (security !== undefined) checkOfEndpoint(settings.name, security);
    this.builtIn = own === undefined || countsAnswers;
    const plane = (this.plane = planeSeenFrom(this, given));
    // Beside this construct, not in it: that is where it was before there were endpoints in stacks of their own, and a
    // function that gets another place in the template is another function.
    const server = { settings, architecture, logRetention, security };
    const served = (this.function = own ?? new ModelServerFunction(scope, `${id}-Server`, server).function);
    if (security?.tags !== undefined) secure(this, { tags: security.tags });
    // Says that the control plane's handlers may work on it: its own stack gives the right.
    Tags.of(served).add(PLANE_TAG, plane.name);
    this.liveAliasArn = `${served.functionArn}:${LIVE_ALIAS}`;
    this.previewAliasArn = `${served.functionArn}:${PREVIEW_ALIAS}`;
    const traffic = neededTraffic(this);
    if (traffic !== undefined) Annotations.of(this).addInfo(`${settings.name}: ${traffic}`);
    this.allowObjects(own === undefined);
    this.allowUnusualPlaces();
    allowHooks(this, settings.hooks, () => plane.roleOf('call-hook'));
    this.liveAlias = register(this, { plane, settings, function: served, builtIn: this.builtIn });
    this.url = this.openUrl('Url', LIVE_ALIAS, functionUrlAuth);
    if (functionUrlAuth === lambda.FunctionUrlAuthType.NONE) this.openToEverybody();
    // A green that has no user yet is shown to testers alone, also where users need no signature.
    this.previewUrl = this.openUrl('PreviewUrl', PREVIEW_ALIAS, lambda.FunctionUrlAuthType.AWS_IAM);
    const { name } = settings;
    this.urlParameter = this.parameter('UrlParameter', 'url', `Where ${name} answers`, this.url);
    const meets = `Where test suites meet the next model of ${name} before users do`;
    this.previewUrlParameter = this.parameter('PreviewUrlParameter', 'preview-url', meets, this.previewUrl);
    const { alarms } = settings;
    const { notices: topic, reconcileSeconds } = plane;
    if (alarms !== false) new EndpointAlarms(this, 'Alarms', { endpoint: this, alarms, topic, reconcileSeconds });
    if (own === undefined && settings.feedback !== false) plane.keepLabels(settings.feedback.keepDays);
    if (plane instanceof GreenlightControlPlane) plane.shows(name);
  }

  private parameter(id: string, last: string, description: string, stringValue: string): IStringParameter {
    const parameterName = `/greenlight/${this.plane.name}/${this.settings.name}/${last}`;
    return new StringParameter(this, id, { description, parameterName, stringValue });
  }

  /** Lets the grantee call the endpoint, by its URL and directly, through the live alias only. */
  grantInvoke(grantee: iam.IGrantable): void {
    this.grantCalls(grantee, this.liveAliasArn);
  }

  /** Lets testers and test suites call green before users do, by the preview URL and directly. */
  grantPreview(grantee: iam.IGrantable): void {
    this.grantCalls(grantee, this.previewAliasArn);
  }

  private grantCalls(grantee: iam.IGrantable, aliasArn: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'],
        resources: [aliasArn],
      }),
    );
  }

  private openUrl(id: string, qualifier: string, authType: lambda.FunctionUrlAuthType): string {
    const url = new lambda.CfnUrl(this, id, {
      targetFunctionArn: this.function.functionArn,
      qualifier,
      authType,
      invokeMode: lambda.InvokeMode.BUFFERED,
    });
    url.node.addDependency(this.liveAlias);
    return url.attrFunctionUrl;
  }

  /** A public URL needs both: since October 2025 Lambda checks the call of the function behind it as well. */
  private openToEverybody(): void {
    const permissions = [
      new lambda.CfnPermission(this, 'AnyoneMayCallTheUrl', {
        action: 'lambda:InvokeFunctionUrl',
        functionName: this.liveAliasArn,
        principal: '*',
        functionUrlAuthType: lambda.FunctionUrlAuthType.NONE,
      }),
      new lambda.CfnPermission(this, 'AnyoneMayInvokeByTheUrl', {
        action: 'lambda:InvokeFunction',
        functionName: this.liveAliasArn,
        principal: '*',
        invokedViaFunctionUrl: true,
      }),
    ];
    for (const permission of permissions) permission.node.addDependency(this.liveAlias);
  }

  /** An endpoint reads its own models, and writes its own sample of requests and labels where it keeps some. */
  private allowObjects(takesLabels: boolean): void {
    const { settings, function: served } = this;
    const { bucket, keyArn } = this.plane;
    if (keyArn !== undefined && keyOver(this) === undefined) {
      const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
      served.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [keyArn] }));
    }
    const allow = (actions: string[], keys: string) => {
      const resource = bucket.arnForObjects(keys);
      served.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
      if (served.role === undefined) return;
      const why = "Objects get their names at run time; the prefix is the endpoint's.";
      acceptWildcard(served.role, nagName(Stack.of(this), resource), why);
    };
    allow(['s3:GetObject', 's3:GetObjectVersion'], `${MODELS_PREFIX}${settings.name}/*`);
    // In any case: a version that is rolled back to may have names which the settings have no more.
    allow(['s3:GetObject'], `${ROLLOUTS_PREFIX}${settings.name}/${CLASS_NAMES_FOLDER}/*`);
    if (settings.captureSampleRate !== 0) allow(['s3:PutObject'], `${CAPTURED_PREFIX}${settings.name}/*`);
    // A label that is there already is read, to tell a retry from another label.
    if (takesLabels && settings.feedback !== false)
      // And where versions write that are live since before labels were kept by their days.
      for (const kept of [`${LABELS_PREFIX}*/`, FORMER_LABELS_PREFIX])
        allow(['s3:GetObject', 's3:PutObject'], `${kept}${settings.name}/*`);
  }

  /**
   * Handlers may read what is in the usual places; what is elsewhere the endpoint's own stack lets them read, key by
   * key.
   */
  private allowUnusualPlaces(): void {
    const { plane } = this;
    const { goldenSet, replay } = this.settings;
    const read = (key: string, ...handlers: readonly Parameters<typeof plane.roleOf>[0][]) => {
      const statement = () =>
        new iam.PolicyStatement({
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          resources: [plane.bucket.arnForObjects(key)],
        });
      for (const handler of handlers) plane.roleOf(handler).addToPrincipalPolicy(statement());
    };
    if (goldenSet !== undefined && !goldenSet.key.startsWith(GOLDEN_PREFIX)) {
      read(goldenSet.key, 'validate-model', 'verify-green');
      if (plane instanceof GreenlightControlPlane) plane.keepVersionsOf(goldenSet.key);
    }
    if (replay.samples !== undefined && !replay.samples.startsWith(SAMPLES_PREFIX))
      read(replay.samples, 'replay-traffic');
  }
}

function checkOwn({ name, gates, captureSampleRate }: EndpointSettings, countsAnswers: boolean): void {
  if (captureSampleRate === 'auto')
    throw new SettingsRefused([
      `${name}: captureSampleRate is "auto", which the built-in model server alone can follow; for a function of ` +
        'your own give the share, 0 to 1, that it finds in GREENLIGHT_CAPTURE_RATE',
    ]);
  if (!countsAnswers && gates.predictions !== false)
    throw new SettingsRefused([
      `${name}: gates.predictions must be false for a function of your own that does not count its answers ` +
        '(countsAnswers): the gate could never be proven and no canary could pass',
    ]);
}

/**
 * What the strategy needs, told at synthesis: an app has many endpoints of the same settings, and tests make many apps.
 */
const neededBy = new Map<string, string | undefined>();
function neededTraffic({ settings, builtIn }: EndpointResources): string | undefined {
  const { strategy, onInsufficientEvidence, falseAlarmRate, missRate, gates } = settings;
  const { extendMinutes, then } = onInsufficientEvidence;
  const warmOnly = timesWarmAlone(builtIn, gates.latency);
  const question = { strategy, extendMinutes, warmOnly, builtIn, judge: { falseAlarmRate, missRate, gates } };
  const key = JSON.stringify([question, then]);
  if (!neededBy.has(key)) neededBy.set(key, trafficInWords(question, then));
  return neededBy.get(key);
}
