import type { Sha256Hex } from '../domain/execution-name';
import type { Alarms } from './cloudwatch/alarms';
import type { EvidenceSource } from './cloudwatch/evidence';
import type { FunctionCalls } from './cloudwatch/function-calls';
import type { Traffic } from './cloudwatch/traffic';
import type { ConsoleLinks } from './console-links';
import type { Announcements } from './dynamodb/announcements';
import type { Availability } from './dynamodb/availability';
import type { Approvals, Decisions, Holds } from './dynamodb/decisions';
import type { LiveModels } from './dynamodb/live-models';
import type { Locks } from './dynamodb/locks';
import type { Outbox } from './dynamodb/outbox';
import type { Records } from './dynamodb/records';
import type { Settings, SettingsStore } from './dynamodb/settings';
import type { Uploads } from './dynamodb/uploads';
import type { EventBus } from './event-bus';
import type { Answers, Executions } from './executions';
import type { AccountLimits } from './lambda/account-limits';
import type { EndpointCalls } from './lambda/endpoint-calls';
import type { LiveAlias, LiveAliasCreation } from './lambda/live-alias';
import type { Teardown } from './lambda/teardown';
import type { Versions } from './lambda/versions';
import type { Notices } from './notices';
import type { CapturedRequests } from './s3/captured-requests';
import type { Documents } from './s3/documents';
import type { ModelStore } from './s3/model-store';
import type { Models } from './s3/models';
import type { Clock } from './sdk/context';

/** Everything outside that a step may ask for; each step names the ones it uses. */
export interface Adapters {
  readonly accountLimits: AccountLimits;
  readonly alarms: Alarms;
  readonly announcements: Announcements;
  readonly answers: Answers;
  readonly approvals: Approvals;
  readonly availability: Availability;
  readonly capturedRequests: CapturedRequests;
  readonly clock: Clock;
  readonly consoleLinks: ConsoleLinks;
  readonly decisions: Decisions;
  readonly documents: Documents;
  readonly endpointCalls: EndpointCalls;
  readonly eventBus: EventBus;
  readonly evidence: EvidenceSource;
  readonly executions: Executions;
  readonly functionCalls: FunctionCalls;
  /** The domain has none of its own. */
  readonly hash: Sha256Hex;
  readonly holds: Holds;
  readonly liveAlias: LiveAlias;
  readonly liveAliasCreation: LiveAliasCreation;
  readonly liveModels: LiveModels;
  readonly locks: Locks;
  readonly modelStore: ModelStore;
  readonly models: Models;
  readonly notices: Notices;
  readonly outbox: Outbox;
  /** 256 random bits, in base64url. */
  readonly randomKey: () => string;
  readonly records: Records;
  readonly settings: Settings;
  readonly settingsStore: SettingsStore;
  readonly teardown: Teardown;
  readonly traffic: Traffic;
  readonly uploads: Uploads;
  readonly versions: Versions;
}
