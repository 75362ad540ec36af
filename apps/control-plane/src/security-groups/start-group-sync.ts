import type { ConfigurationOf, Logger } from '@heddle/platform';
import { Gauge, type Registry } from 'prom-client';
import type { Core } from '../core/core';
import { cloudControllerGroups, type AskCloudController } from './cloud-controller-groups';
import { GroupSyncer } from './group-syncer';

/** Starts to sync security groups when there is a Cloud Controller. */
export function startGroupSync(
  { ccUrl, asgSyncIntervalSeconds }: ConfigurationOf<'control-plane'>,
  { core, registry, logger }: { core: Core; registry: Registry; logger: Logger },
): GroupSyncer | undefined {
  if (ccUrl === undefined) return undefined;
  const ask: AskCloudController = (path, signal) => fetch(new URL(path, ccUrl), { signal });
  const syncer = GroupSyncer.start({
    source: cloudControllerGroups(ask),
    groups: core.groups,
    intervalMs: asgSyncIntervalSeconds * 1000,
    logger,
  });
  const registers = [registry];
  new Gauge({
    name: 'heddle_security_group_sync_failures',
    help: 'How often syncing the security groups has failed since it last succeeded',
    registers,
    collect() {
      this.set(syncer.failures);
    },
  });
  new Gauge({
    name: 'heddle_security_group_sync_age_seconds',
    help: 'Time since the security groups were last synced; -1 before the first time',
    registers,
    collect() {
      this.set(syncer.lastSuccessMs === null ? -1 : (Date.now() - syncer.lastSuccessMs) / 1000);
    },
  });
  return syncer;
}
