import { DynamicModule, Module } from '@nestjs/common';
import type { Logger } from '@heddle/platform';
import type { Registry } from 'prom-client';
import { ACCESS, type AccessControl } from './access/access-control';
import { CLEANUP, type PolicyCleanup } from './access/policy-cleanup';
import { CellsController } from './cells/cells.controller';
import { ChangesController } from './changes/changes.controller';
import { CORE } from './core-token';
import type { Core } from './core/core';
import { RootController, STARTED_AT } from './dashboard/root.controller';
import { HealthController } from './health/health.controller';
import { LeasesController } from './leases/leases.controller';
import { MetricsController, REGISTRY } from './metrics/metrics.controller';
import { PoliciesController } from './policies/policies.controller';
import { StreamController } from './stream/stream.controller';

/** What the HTTP server stands on. */
export interface AppParts {
  readonly core: Core;
  readonly access: AccessControl;
  readonly cleanup: PolicyCleanup;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** The HTTP server and the NATS requests of cells. */
@Module({})
export class AppModule {
  static with({ core, access, cleanup, registry }: AppParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        PoliciesController,
        ChangesController,
        CellsController,
        StreamController,
        LeasesController,
        HealthController,
        MetricsController,
        RootController,
      ],
      providers: [
        { provide: CORE, useValue: core },
        { provide: ACCESS, useValue: access },
        { provide: CLEANUP, useValue: cleanup },
        { provide: REGISTRY, useValue: registry },
        { provide: STARTED_AT, useValue: new Date() },
      ],
    };
  }
}
