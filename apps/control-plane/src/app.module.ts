import { DynamicModule, Module } from '@nestjs/common';
import type { ConfigurationOf, Logger } from '@heddle/platform';
import type { Registry } from 'prom-client';
import { ACCESS, type AccessControl } from './access/access-control';
import { CLEANUP, type PolicyCleanup } from './access/policy-cleanup';
import { AuditController } from './audit/audit.controller';
import { BundleController } from './audit/bundle.controller';
import { RebuildController } from './audit/rebuild.controller';
import { CellsController } from './cells/cells.controller';
import { DriftController } from './cells/drift.controller';
import { ChangePoliciesController } from './changes/change-policies.controller';
import { ChangesController } from './changes/changes.controller';
import { TrailController } from './changes/trail.controller';
import { ProbeController } from './cloud-foundry/probe.controller';
import { TAG_LENGTH, TagsController } from './cloud-foundry/tags.controller';
import { UptimeController } from './cloud-foundry/uptime.controller';
import { WhoamiController } from './cloud-foundry/whoami.controller';
import { CORE } from './core-token';
import type { Core } from './core/core';
import { GuardrailsController } from './guardrails/guardrails.controller';
import { HealthController } from './health/health.controller';
import { LeasesApiController } from './leases/leases-api.controller';
import { LeasesController } from './leases/leases.controller';
import { MetricsController, REGISTRY } from './metrics/metrics.controller';
import { PastPoliciesController } from './past/past-policies.controller';
import { ReachabilityController } from './past/reachability.controller';
import { PlacementsController } from './placements/placements.controller';
import { CleanupController } from './policies/cleanup.controller';
import { PoliciesController } from './policies/policies.controller';
import { ReplayController } from './replay/replay.controller';
import { PolicyStatusController } from './policy-status/policy-status.controller';
import { RevertController } from './revert/revert.controller';
import { RulesController } from './rules/rules.controller';
import { REFUSED, type RefusedAttempts } from './refused/refused-attempts';
import { RefusedController } from './refused/refused.controller';
import { GROUPS_ARE_SYNCED, SecurityGroupsController } from './security-groups/security-groups.controller';
import { StateController } from './state/state.controller';
import { StreamController } from './stream/stream.controller';

/** What the HTTP server stands on. */
export interface AppParts {
  readonly core: Core;
  readonly access: AccessControl;
  readonly cleanup: PolicyCleanup;
  readonly refused: RefusedAttempts;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly config: ConfigurationOf<'control-plane'>;
}

/** The HTTP server and the NATS requests of cells. */
@Module({})
export class AppModule {
  static with({ core, access, cleanup, refused, registry, config }: AppParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        PoliciesController,
        CleanupController,
        TagsController,
        WhoamiController,
        UptimeController,
        ProbeController,
        ChangesController,
        TrailController,
        ChangePoliciesController,
        RevertController,
        GuardrailsController,
        PastPoliciesController,
        ReachabilityController,
        ReplayController,
        PlacementsController,
        RulesController,
        PolicyStatusController,
        RefusedController,
        AuditController,
        BundleController,
        RebuildController,
        CellsController,
        DriftController,
        StreamController,
        StateController,
        LeasesController,
        LeasesApiController,
        SecurityGroupsController,
        HealthController,
        MetricsController,
      ],
      providers: [
        { provide: CORE, useValue: core },
        { provide: CLEANUP, useValue: cleanup },
        { provide: REFUSED, useValue: refused },
        { provide: REGISTRY, useValue: registry },
        { provide: GROUPS_ARE_SYNCED, useValue: config.ccUrl !== undefined },
        { provide: ACCESS, useValue: access },
        { provide: TAG_LENGTH, useValue: config.tagLength },
      ],
    };
  }
}
