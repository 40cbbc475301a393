import type { Alarms } from './alarms';
import type { CapturedRequests } from './captured-requests';
import type { Clock } from './clock';
import type { Documents } from './documents';
import type { EndpointCalls } from './endpoint-calls';
import type { EvidenceSource } from './evidence-source';
import type { Executions } from './executions';
import type { FunctionCalls } from './function-calls';
import type { Hash } from './hash';
import type { Holds } from './holds';
import type { LiveAlias } from './live-alias';
import type { LiveAliasCreation } from './live-alias-creation';
import type { LiveModels } from './live-models';
import type { Locks } from './locks';
import type { Models } from './models';
import type { Notices } from './notices';
import type { Records } from './records';
import type { Settings } from './settings';
import type { SettingsStore } from './settings-store';
import type { Uploads } from './uploads';
import type { Versions } from './versions';

/** Everything outside that a step may ask for; each step names the ones it uses. */
export interface Ports {
  readonly alarms: Alarms;
  readonly capturedRequests: CapturedRequests;
  readonly clock: Clock;
  readonly documents: Documents;
  readonly endpointCalls: EndpointCalls;
  readonly evidence: EvidenceSource;
  readonly executions: Executions;
  readonly functionCalls: FunctionCalls;
  readonly hash: Hash;
  readonly holds: Holds;
  readonly liveAlias: LiveAlias;
  readonly liveAliasCreation: LiveAliasCreation;
  readonly liveModels: LiveModels;
  readonly locks: Locks;
  readonly models: Models;
  readonly notices: Notices;
  readonly records: Records;
  readonly settings: Settings;
  readonly settingsStore: SettingsStore;
  readonly uploads: Uploads;
  readonly versions: Versions;
}
