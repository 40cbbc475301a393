export { GreenlightControlPlane } from './control-plane';
export type { DashboardOptions } from './dashboard/dashboard-options';
export { type AddEndpointOptions, GreenlightEndpoint, type GreenlightEndpointProps } from './endpoint';
export { Greenlight } from './greenlight';
export type { ControlPlaneOptions, GreenlightControlPlaneProps, GreenlightProps } from './greenlight-props';
export { GreenlightStack, type GreenlightStackProps } from './greenlight-stack';
export {
  NoticeChannel,
  type NoticeChannelProps,
  type NoticeService,
  pagerDuty,
  type PagerDutyProps,
  slack,
  type SlackProps,
  teams,
  type TeamsProps,
} from './notice-channel';
export type { IGreenlightControlPlane } from './plane-facts';
export { type SecurityProps, secure, VPC_ENDPOINTS, type VpcPlacement } from './security';
export type { EndpointHooks, HookFunction, NamedHook } from './settings/hook-functions';
export { SettingsRefused } from './settings/settings-refused';
export type { Severity } from '../lambdas/contract/transition-event';
export type { EndpointSettings, EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
