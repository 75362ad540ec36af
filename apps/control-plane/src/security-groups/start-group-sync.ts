import type { ConfigurationOf, Logger, Opened } from '@heddle/platform';
import { Gauge, type Registry } from 'prom-client';
import type { Core } from '../core/core';
import { openCloudControllerLine } from '../access/ask-cloud-controller';
import { cloudControllerGroups } from './cloud-controller-groups';
import { GroupSyncer } from './group-syncer';

/** Starts to sync security groups when there is a Cloud Controller. */
export function startGroupSync(
  config: ConfigurationOf<'control-plane'>,
  { core, registry, logger, opened }: { core: Core; registry: Registry; logger: Logger; opened: Opened },
): void {
  const line = openCloudControllerLine(config);
  if (!line) return;
  opened.add(() => line.close());
  const syncer = GroupSyncer.start({
    source: cloudControllerGroups((path, signal) => line.ask(path, signal)),
    groups: core.groups,
    intervalMs: config.asgSyncIntervalSeconds * 1000,
    logger,
  });
  opened.add(() => syncer.close());
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
}
