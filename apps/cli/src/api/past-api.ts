import type { z } from 'zod';
import type { PolicyFilter } from './api-client';
import type { ControlPlane } from './ask';
import { askFor, queryOf } from './ask-for';
import type { PastPage } from './every-page';
import {
  type CellRules,
  cellRulesSchema,
  type Exposure,
  exposureSchema,
  type GroupList,
  groupListSchema,
  type PastGroups,
  pastGroupsSchema,
  type PastLeases,
  pastLeasesSchema,
  type PastPolicies,
  pastPoliciesSchema,
  type Placements,
  placementsSchema,
  type Tags,
  tagsSchema,
} from './past-schemas';
import {
  type Difference,
  differenceSchema,
  type Hops,
  hopsSchema,
  type Pairs,
  pairsSchema,
  type PolicyStatus,
  policyStatusSchema,
  type Verdict,
  verdictSchema,
} from './reach-schemas';

/** How long an answer may take. */
const TIMEOUT_MS = 30_000;
/** As many as the control plane gives at once. */
const ITEMS_PER_PAGE = 5_000;

/** Which policies are wanted that stood. */
export interface PastPolicyFilter extends PolicyFilter {
  /** Only those that close by themselves. */
  readonly expiring?: boolean;
}

/** Which traffic is asked about, and as of when. */
export interface ReachQuestion {
  readonly from: string;
  readonly to: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly at?: string;
}

/** From where is looked, how far, and as of when. */
export interface HopsQuestion {
  readonly from: string;
  readonly hops: number;
  readonly limit: number;
  readonly at?: string;
}

/** Between which two moments is looked, and behind which page. */
export interface DiffQuestion {
  readonly since: string;
  readonly until?: string;
  readonly after?: string;
}

/** The part of the API that answers about the past; like {@link ApiClient} in everything else. */
export class PastApi {
  constructor(private readonly controlPlane: ControlPlane) {}

  /** One page of the policies that stood at a moment, the oldest first. */
  async listPastPolicies(
    { either, source, destination, expiring }: PastPolicyFilter,
    page: PastPage,
  ): Promise<PastPolicies> {
    const only = expiring === true ? { expiring: 'true' } : {};
    const query = queryOf({ app: either, source, destination, ...only, ...page, limit: ITEMS_PER_PAGE });
    return this.ask(pastPoliciesSchema, `/api/v1/policies${query}`);
  }

  /** One page of the leases that stood at a moment. */
  async listPastLeases(page: PastPage): Promise<PastLeases> {
    const query = queryOf({ ...page, limit: ITEMS_PER_PAGE });
    return this.ask(pastLeasesSchema, `/api/v1/leases${query}`);
  }

  /** One page of the containers and where they were. */
  async listPlacements(page: PastPage): Promise<Placements> {
    return this.ask(placementsSchema, `/api/v1/placements${queryOf({ ...page, limit: ITEMS_PER_PAGE })}`);
  }

  /** The rules that a cell should have had. */
  async cellRules(cell: string, at?: string): Promise<CellRules> {
    return this.ask(cellRulesSchema, `/api/v1/cells/${encodeURIComponent(cell)}/rules${queryOf({ at })}`);
  }

  /** One page of the tags in use at a moment, or now, in the order they were given. */
  async listTags(page: PastPage): Promise<Tags> {
    return this.ask(tagsSchema, `/api/v1/tags${queryOf({ ...page, limit: ITEMS_PER_PAGE })}`);
  }

  /** The security groups there are. */
  async listGroups(): Promise<GroupList> {
    return this.ask(groupListSchema, '/api/v1/security-groups');
  }

  /** One page of the security groups that stood at a moment. */
  async listPastGroups(page: PastPage): Promise<PastGroups> {
    return this.ask(pastGroupsSchema, `/api/v1/security-groups${queryOf({ ...page, limit: ITEMS_PER_PAGE })}`);
  }

  /** Whether one app could reach another, and why. */
  async reachability(question: ReachQuestion): Promise<Verdict> {
    return this.ask(verdictSchema, `/api/v1/reachability${queryOf({ ...question })}`);
  }

  /** Whether the policies between two apps were in force, cell by cell. */
  async policyStatus(question: ReachQuestion): Promise<PolicyStatus> {
    return this.ask(policyStatusSchema, `/api/v1/policies/enforcement${queryOf({ ...question })}`);
  }

  /** One page of the pairs of apps of which one could reach the other. */
  async reachablePairs(page: PastPage): Promise<Pairs> {
    const query = queryOf({ ...page, limit: ITEMS_PER_PAGE });
    return this.ask(pairsSchema, `/api/v1/reachability/pairs${query}`);
  }

  /** One page of what differs between two moments. */
  async reachabilityDiff(question: DiffQuestion): Promise<Difference> {
    const query = queryOf({ ...question, limit: ITEMS_PER_PAGE });
    return this.ask(differenceSchema, `/api/v1/reachability/diff${query}`);
  }

  /** What could be reached from an app, hop by hop. */
  async reachableInHops(question: HopsQuestion): Promise<Hops> {
    return this.ask(hopsSchema, `/api/v1/reachability/hops${queryOf({ ...question })}`);
  }

  /** How long what a change removed was still allowed. */
  async exposure(seq: number): Promise<Exposure> {
    return this.ask(exposureSchema, `/api/v1/changes/${seq}/exposure`);
  }

  private async ask<T>(schema: z.ZodType<T>, path: string): Promise<T> {
    return askFor(this.controlPlane, schema, { path, timeoutMs: TIMEOUT_MS });
  }
}
