import { DynamicModule, Module } from '@nestjs/common';
import type { Logger, SigningKey } from '@heddle/platform';
import type { Registry } from 'prom-client';
import { CellsController } from './cells/cells.controller';
import { ChangesController } from './changes/changes.controller';
import { CORE } from './core-token';
import type { Core } from './core/core';
import { RootController, STARTED_AT } from './dashboard/root.controller';
import { HealthController } from './health/health.controller';
import { SIGNING_KEY } from './http/authentication';
import { LeasesController } from './leases/leases.controller';
import { MetricsController, REGISTRY } from './metrics/metrics.controller';
import { PoliciesController } from './policies/policies.controller';
import { GROUPS_ARE_SYNCED, SecurityGroupsController } from './security-groups/security-groups.controller';
import { StreamController } from './stream/stream.controller';

/** What the HTTP server stands on. */
export interface AppParts {
  readonly core: Core;
  readonly key: SigningKey;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Whether security groups come from Cloud Controller. */
  readonly groupsAreSynced: boolean;
}

/** The HTTP server and the NATS requests of cells. */
@Module({})
export class AppModule {
  static with({ core, key, registry, groupsAreSynced }: AppParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        PoliciesController,
        ChangesController,
        CellsController,
        StreamController,
        LeasesController,
        SecurityGroupsController,
        HealthController,
        MetricsController,
        RootController,
      ],
      providers: [
        { provide: CORE, useValue: core },
        { provide: SIGNING_KEY, useValue: key },
        { provide: REGISTRY, useValue: registry },
        { provide: GROUPS_ARE_SYNCED, useValue: groupsAreSynced },
        { provide: STARTED_AT, useValue: new Date() },
      ],
    };
  }
}
