import { Annotations, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type IStringParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct, type IDependable } from 'constructs';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';
import { CLASS_NAMES_FOLDER } from '../lambdas/contract/class-names';
import {
  CAPTURED_PREFIX,
  FEEDBACK_PREFIX,
  LIVE_ALIAS,
  MODELS_PREFIX,
  PREVIEW_ALIAS,
  ROLLOUTS_PREFIX,
} from '../lambdas/contract/names';
import { timesWarmAlone } from '../lambdas/domain/gates/latency';
import { trafficInWords } from '../lambdas/domain/plan/traffic-needed';
import type { AppResources, EndpointResources } from './app-resources';
import { codeFingerprint } from './code-fingerprint';
import type { HandlerFunction } from './handler-function';
import { acceptWildcard } from './nag-reasons';
import { endpointConfig } from './settings/endpoint-config';

export interface EndpointProps {
  readonly app: AppResources;
  readonly settings: EndpointSettings;
  readonly function: lambda.Function;
  /** Whether it counts its answers as the built-in model server does. */
  readonly builtIn: boolean;
  /** Whether it keeps labels, as only the built-in model server does. */
  readonly takesLabels: boolean;
  readonly functionUrlAuth: lambda.FunctionUrlAuthType;
  readonly liveAliasHandler: HandlerFunction;
  /** What must be there before a rollout of this endpoint may start. */
  readonly neededByRollouts: IDependable;
}

/** One served model: a function, its live alias, its URL and its settings. */
export class Endpoint extends Construct implements EndpointResources {
  readonly settings: EndpointSettings;
  readonly function: lambda.Function;
  readonly builtIn: boolean;
  /** Callers use this, never the function itself: `arn:…:function:name:live`. */
  readonly liveAliasArn: string;
  /** https://….lambda-url.….on.aws/ of the live alias. */
  readonly url: string;
  /** Testers use this: green while a rollout tests it, else what is live. `arn:…:function:name:preview`. */
  readonly previewAliasArn: string;
  /** https://….lambda-url.….on.aws/ of the preview alias; requests are signed with IAM, however the live URL is. */
  readonly previewUrl: string;
  /** `/greenlight/<stack>/<endpoint>/preview-url`, where test suites of other repositories find it. */
  readonly previewUrlParameter: IStringParameter;
  private readonly liveAlias: CustomResource;

  /** Made by `Greenlight.addEndpoint`. */
  constructor(scope: Construct, id: string, props: EndpointProps) {
    super(scope, id);
    this.settings = props.settings;
    this.function = props.function;
    this.builtIn = props.builtIn;
    this.liveAliasArn = `${props.function.functionArn}:${LIVE_ALIAS}`;
    const traffic = neededTraffic(props);
    if (traffic !== undefined) Annotations.of(this).addInfo(`${props.settings.name}: ${traffic}`);
    allowObjects(props);
    this.liveAlias = this.createLiveAlias(props);
    this.liveAlias.node.addDependency(props.liveAliasHandler, props.neededByRollouts);
    this.url = this.openUrl('Url', LIVE_ALIAS, props.functionUrlAuth);
    if (props.functionUrlAuth === lambda.FunctionUrlAuthType.NONE) this.openToEverybody();
    this.previewAliasArn = `${props.function.functionArn}:${PREVIEW_ALIAS}`;
    // A green that has no user yet is shown to testers alone, also where users need no signature.
    this.previewUrl = this.openUrl('PreviewUrl', PREVIEW_ALIAS, lambda.FunctionUrlAuthType.AWS_IAM);
    this.previewUrlParameter = new StringParameter(this, 'PreviewUrlParameter', {
      description: `Where test suites meet the next model of ${props.settings.name} before users do`,
      parameterName: `/greenlight/${Stack.of(this).stackName}/${props.settings.name}/preview-url`,
      stringValue: this.previewUrl,
    });
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

  /**
   * Created when it is absent and never moved by CloudFormation: which version is live is the rollouts' business. An
   * AWS::Lambda::Alias in the template would be put back by every deploy that touches it, past the canary.
   * It stores the endpoint's settings, too: they must be there before it starts a rollout.
   */
  private createLiveAlias({ settings, function: served, builtIn, liveAliasHandler }: EndpointProps): CustomResource {
    return new CustomResource(this, 'LiveAlias', {
      resourceType: 'Custom::GreenlightLiveAlias',
      serviceToken: liveAliasHandler.function.functionArn,
      // A handler that cannot answer would otherwise hold a deploy for an hour.
      serviceTimeout: Duration.minutes(5),
      properties: {
        FunctionName: served.functionName,
        AliasName: LIVE_ALIAS,
        // An app that was deployed before there were previews gets one: the property is new to it.
        PreviewAliasName: PREVIEW_ALIAS,
        Endpoint: settings.name,
        CodeFingerprint: codeFingerprint(served, settings),
        // `checkSettings` has made sure that it fits.
        Config: Stack.of(this).toJsonString(endpointConfig(settings, served.functionName, builtIn, served.node.addr)),
      },
    });
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
}

/** An endpoint reads its own models, and writes its own sample of requests and labels where it keeps some. */
/** What the strategy needs, told at synthesis: an app has many endpoints of the same settings, and tests make many apps. */
const neededBy = new Map<string, string | undefined>();
function neededTraffic({ settings, builtIn }: EndpointProps): string | undefined {
  const { strategy, onInsufficientEvidence, falseAlarmRate, missRate, gates } = settings;
  const { extendMinutes, then } = onInsufficientEvidence;
  const warmOnly = timesWarmAlone(builtIn, gates.latency);
  const question = { strategy, extendMinutes, warmOnly, builtIn, judge: { falseAlarmRate, missRate, gates } };
  const key = JSON.stringify([question, then]);
  if (!neededBy.has(key)) neededBy.set(key, trafficInWords(question, then));
  return neededBy.get(key);
}

function allowObjects({ function: served, app: { bucket, stack }, settings, takesLabels }: EndpointProps): void {
  const bucketRef = `<${stack.getLogicalId(bucket.node.defaultChild as never)}.Arn>`;
  const allow = (actions: string[], keys: string) => {
    served.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [bucket.arnForObjects(keys)] }));
    if (served.role !== undefined)
      acceptWildcard(
        served.role,
        `${bucketRef}/${keys}`,
        "Objects get their names at run time; the prefix is the endpoint's.",
      );
  };
  allow(['s3:GetObject', 's3:GetObjectVersion'], `${MODELS_PREFIX}${settings.name}/*`);
  // In any case: a version that is rolled back to may have names which the settings have no more.
  allow(['s3:GetObject'], `${ROLLOUTS_PREFIX}${settings.name}/${CLASS_NAMES_FOLDER}/*`);
  if (settings.captureSampleRate !== 0) allow(['s3:PutObject'], `${CAPTURED_PREFIX}${settings.name}/*`);
  // A label that is there already is read, to tell a retry from another label.
  if (takesLabels && settings.feedback !== false)
    allow(['s3:GetObject', 's3:PutObject'], `${FEEDBACK_PREFIX}${settings.name}/*`);
}
