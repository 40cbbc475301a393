import { Annotations, Aws, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CLASS_NAMES_FOLDER } from '../lambdas/contract/class-names';
import { labelsKeptFor } from '../lambdas/contract/feedback';
import { DEFAULT_FEEDBACK_DAYS } from '../lambdas/domain/feedback';
import {
  CAPTURED_PREFIX,
  FORMER_LABELS_PREFIX,
  GOLDEN_PREFIX,
  MAY_DELETE_TAG,
  MODELS_PREFIX,
  ROLLOUTS_PREFIX,
  TABLE_KEYS,
} from '../lambdas/contract/names';
import { accept } from './nag-reasons';
import { SettingsRefused } from './settings/settings-refused';

export interface StorageProps {
  readonly removalPolicy: RemovalPolicy;
  /** Ids of the accounts that may read models. */
  readonly modelReaders: readonly string[];
}

/** The models and the records of every decision (bucket); what should be live, the locks and the history (table). */
export class Storage extends Construct {
  readonly bucket: s3.Bucket;
  readonly table: dynamodb.Table;
  private readonly kept: iam.PolicyStatement;
  private readonly labelDays = new Set<number>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: StorageProps,
  ) {
    super(scope, id);
    this.bucket = modelBucket(this, props.removalPolicy);
    this.kept = keepVersions(this.bucket);
    const readers = readersOf(props.modelReaders);
    if (readers.length > 0) letRead(this.bucket, readers);
    for (const days of LABEL_DAYS) this.keepLabels(days);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: TABLE_KEYS.partition, type: dynamodb.AttributeType.STRING },
      sortKey: { name: TABLE_KEYS.sort, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // For rows that may go by themselves. A lock is never one of them: its lease is a condition, not a date of
      // deletion.
      timeToLiveAttribute: 'expiresAt',
      // Brings announcements to the handler that publishes them.
      stream: dynamodb.StreamViewType.KEYS_ONLY,
      removalPolicy: props.removalPolicy,
    });
  }

  /** Accounts that read models decrypt them by way of S3. @throws SettingsRefused */
  letReadersDecrypt(key: IKey): void {
    const principals = readersOf(this.props.modelReaders);
    if (principals.length === 0) return;
    const accounts = this.props.modelReaders.join(', ');
    if (/:alias\/aws\//.test(key.keyArn))
      throw new SettingsRefused([
        `modelReaders is ${accounts}, and security.key is ${key.keyArn}: no other account can use a key that AWS ` +
          'manages; give security.key a key of your own, or leave it out',
      ]);
    const { statementAdded } = key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals,
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.amazonaws.com` } },
      }),
    );
    if (!statementAdded)
      Annotations.of(this).addInfo(
        `The key is not made in this app, so nothing here lets ${accounts} decrypt models with it. What its policy ` +
          "must allow is in docs/guides/security.md, 'A key of your own'.",
      );
  }

  /** Keeps the versions of one more object, as it does those of models. */
  protect(key: string): void {
    this.kept.addResources(this.bucket.arnForObjects(key));
  }

  /**
   * Labels that users sent go when they have been kept as long as their endpoint says: no longer than an id may be
   * labelled, or a label that is sent again would be counted again.
   */
  keepLabels(days: number): void {
    if (this.labelDays.has(days)) return;
    this.labelDays.add(days);
    this.bucket.addLifecycleRule({
      id: `ExpireLabels-${days}d`,
      prefix: labelsKeptFor(days),
      expiration: Duration.days(days),
      noncurrentVersionExpiration: Duration.days(1),
    });
  }
}

/**
 * Days for which an endpoint of any stack may keep labels: a bucket has 1,000 rules, and a control plane more
 * endpoints.
 */
export const LABEL_DAYS: readonly number[] = [1, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650];

/** Class names that a version's environment does not hold. */
export const CLASS_NAMES_KEYS = `${ROLLOUTS_PREFIX}*/${CLASS_NAMES_FOLDER}/*`;
const UNLESS_TAGGED = { StringNotEquals: { [`aws:PrincipalTag/${MAY_DELETE_TAG.key}`]: MAY_DELETE_TAG.value } };

/**
 * A live or a rollback version loads its model by the object's version id: without that object it answers nothing after
 * its next cold start. So a version of a model is not deleted by mistake, whatever rights the caller has: a role or a
 * session must carry the tag. A model is not lost by a deletion without a version id, since its version stays beneath
 * the marker. Rules of the bucket's lifecycle are not held to policies; ours expire no model.
 */
function keepVersions(bucket: s3.Bucket): iam.PolicyStatement {
  const statement = new iam.PolicyStatement({
    sid: 'KeepVersionsOfModels',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:DeleteObjectVersion'],
    resources: [`${MODELS_PREFIX}*`, `${GOLDEN_PREFIX}*`, CLASS_NAMES_KEYS].map((keys) => bucket.arnForObjects(keys)),
    conditions: UNLESS_TAGGED,
  });
  bucket.addToResourcePolicy(statement);
  // These are read by their key and proven by their hash: beneath a marker they are not found.
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'KeepClassNames',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:DeleteObject'],
      resources: [bucket.arnForObjects(CLASS_NAMES_KEYS)],
      conditions: UNLESS_TAGGED,
    }),
  );
  return statement;
}

/** A bucket's policy has 20 KB: two statements with 100 accounts take 7 KB of them. */
const MOST_READERS = 100;

/** @throws SettingsRefused */
function readersOf(accounts: readonly string[]): iam.AccountPrincipal[] {
  const problems = [
    ...accounts.flatMap((account, index) =>
      /^[0-9]{12}$/.test(account)
        ? []
        : [`modelReaders[${index}] is ${JSON.stringify(account)}: must be the id of an account, 12 digits`],
    ),
    ...(accounts.length <= MOST_READERS
      ? []
      : [`modelReaders has ${accounts.length} accounts: at most ${MOST_READERS}`]),
  ];
  if (problems.length > 0) throw new SettingsRefused(problems);
  return accounts.map((account) => new iam.AccountPrincipal(account));
}

/** Models alone: what users sent, labels and records stay in the account. */
function letRead(bucket: s3.Bucket, principals: iam.IPrincipal[]): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'ReadModels',
      principals,
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [bucket.arnForObjects(`${MODELS_PREFIX}*`)],
    }),
  );
  // Without it a model that is not there is answered as one that may not be read.
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'ListModels',
      principals,
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${MODELS_PREFIX}*` } },
    }),
  );
}

function modelBucket(scope: Construct, removalPolicy: RemovalPolicy): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Bucket', {
    versioned: true,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy,
    lifecycleRules: [
      { id: 'AbortIncompleteUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      // Captured requests are users' data: one week is enough to verify the next model with them.
      // Models have no such rule: an old object version may be what the live or the rollback version loads.
      {
        id: 'ExpireCapturedRequests',
        prefix: CAPTURED_PREFIX,
        expiration: Duration.days(7),
        noncurrentVersionExpiration: Duration.days(1),
      },
      // What was kept before there were rules by days.
      {
        id: 'ExpireFormerLabels',
        prefix: FORMER_LABELS_PREFIX,
        expiration: Duration.days(DEFAULT_FEEDBACK_DAYS),
        noncurrentVersionExpiration: Duration.days(1),
      },
    ],
  });
  // `eventBridgeEnabled` would add a custom resource of its own; this property needs none.
  (bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  accept(
    bucket,
    'AwsSolutions-S1',
    'Access logs would need a second bucket. Every model that goes live is recorded with its version id and ' +
      'sha256; CloudTrail data events can be switched on for the rest.',
  );
  return bucket;
}
