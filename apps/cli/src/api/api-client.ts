import type { z } from 'zod';
import { read } from './answers';
import { type ControlPlane, type Question } from './ask';
import { askFor, askWhole, queryOf } from './ask-for';
import type { Policy } from './effect';
import {
  type Acknowledged,
  acknowledgedSchema,
  type AuditStatus,
  auditStatusSchema,
  type KeyList,
  keyListSchema,
  type RebuildStep,
  rebuildStepSchema,
  type Signed,
  signedSchema,
} from './audit-schemas';
import { type EventStream, openEventStream } from './event-stream';
import { openAnswer } from './open-answer';
import {
  type Accepted,
  acceptedSchema,
  type CellList,
  cellListSchema,
  type ChangePage,
  changePageSchema,
  type ChangeWithEnforcement,
  changeWithEnforcementSchema,
  type DriftList,
  driftListSchema,
  fencedSchema,
  type HeldLease,
  type LeaseList,
  leaseListSchema,
  type PolicyList,
  policyListSchema,
  type RefusedPage,
  refusedPageSchema,
  releasedSchema,
} from './schemas';

/** How long an answer may take that is not held back on purpose. */
const TIMEOUT_MS = 10_000;
/** The control plane holds an answer back for at most so long. */
const LONGEST_HOLD_MS = 60_000;
/** How long a long answer may stand still. */
const LONGEST_SILENCE_MS = 45_000;
/** How long it may take to compare tables of millions of rows. */
const LONGEST_COMPARISON_MS = 600_000;

/** Which policies are wanted; `either` goes alone. */
export interface PolicyFilter {
  /** Source or destination is one of these apps. */
  readonly either?: readonly string[];
  readonly source?: string;
  readonly destination?: string;
}

/** Which changes are wanted; everything given must hold. */
export interface ChangeFilter {
  readonly app?: string;
  /** The name of the one who asked. */
  readonly actor?: string;
  /** With its version or without. */
  readonly type?: string;
  /** A text in the reason. */
  readonly reason?: string;
  /** ISO 8601: changes at this time or later. */
  readonly since?: string;
  /** ISO 8601: changes before this time. */
  readonly until?: string;
  /** Changes before this one. */
  readonly before?: number;
  /** At most so many, 1–500. */
  readonly limit?: number;
}

/** Which refused attempts are wanted; everything given must hold. */
export type RefusedFilter = Omit<ChangeFilter, 'type' | 'reason'>;

/** Which changes to leases are wanted; everything given must hold. */
export interface LeaseHistoryFilter extends Omit<ChangeFilter, 'app' | 'actor' | 'type' | 'reason'> {
  readonly cell?: string;
  readonly subnet?: string;
}

/** A lease by its holder or by its subnet. */
export type WhichLease = { readonly cell: string } | { readonly subnet: string };

/**
 * The control plane's HTTP API. Answers are checked and given back exactly as they came. Every method throws a
 * {@link UserError} when the request is refused, a {@link FatalError} when there is no answer or an unreadable one, and
 * the signal's reason when that is aborted.
 */
export class ApiClient {
  constructor(private readonly controlPlane: ControlPlane) {}

  /** Adds policies, all or none; those that exist stay as they are. Guardrails may warn of them. */
  async addPolicies(
    policies: readonly Policy[],
    reason?: string,
  ): Promise<{ readonly answer: Accepted; readonly guardrails: readonly string[] }> {
    return askWhole(this.controlPlane, acceptedSchema, policyQuestion('', policies, reason));
  }

  /** Removes policies, all or none; those that do not exist are passed over. */
  async removePolicies(policies: readonly Policy[], reason?: string): Promise<Accepted> {
    return this.ask(acceptedSchema, policyQuestion('/delete', policies, reason));
  }

  async listPolicies({ either, source, destination }: PolicyFilter): Promise<PolicyList> {
    const query = queryOf({ id: either?.join(','), source_id: source, dest_id: destination });
    return this.ask(policyListSchema, { path: `/networking/v1/external/policies${query}`, timeoutMs: TIMEOUT_MS });
  }

  /** One page of changes, the newest first. */
  async listChanges(filter: ChangeFilter): Promise<ChangePage> {
    return this.ask(changePageSchema, { path: `/api/v1/changes${queryOf({ ...filter })}`, timeoutMs: TIMEOUT_MS });
  }

  /**
   * One change with the receipt of each cell.
   * @param holdMs the answer may come so much later if the change is in force by then; more than 60 s counts as 60 s.
   */
  async change(seq: number, holdMs = 0): Promise<ChangeWithEnforcement> {
    const heldMs = Math.ceil(Math.min(Math.max(holdMs, 0), LONGEST_HOLD_MS));
    const query = heldMs > 0 ? queryOf({ wait: heldMs / 1000 }) : '';
    const question = { path: `/api/v1/changes/${seq}${query}`, timeoutMs: TIMEOUT_MS + heldMs };
    return this.ask(changeWithEnforcementSchema, question);
  }

  /** One page of refused attempts, the newest first. */
  async listRefused(filter: RefusedFilter): Promise<RefusedPage> {
    return this.ask(refusedPageSchema, { path: `/api/v1/refused${queryOf({ ...filter })}`, timeoutMs: TIMEOUT_MS });
  }

  /** Every lease, and the subnets in quarantine. */
  async listLeases(): Promise<LeaseList> {
    return this.ask(leaseListSchema, { path: '/api/v1/leases', timeoutMs: TIMEOUT_MS });
  }

  /** One page of changes to leases, the newest first. */
  async leaseHistory(filter: LeaseHistoryFilter): Promise<ChangePage> {
    const path = `/api/v1/leases/history${queryOf({ ...filter })}`;
    return this.ask(changePageSchema, { path, timeoutMs: TIMEOUT_MS });
  }

  /** Ends the lease of one who is known to be gone, or its quarantine. */
  async releaseLease(which: WhichLease, reason?: string): Promise<{ released: HeldLease }> {
    return this.ask(releasedSchema, leaseQuestion('release', which, reason));
  }

  /** Takes a lease from its holder. */
  async fenceLease(which: WhichLease, reason?: string): Promise<{ fenced: HeldLease }> {
    return this.ask(fencedSchema, leaseQuestion('fence', which, reason));
  }

  /** Whether the log is as it was written. */
  async auditStatus(): Promise<AuditStatus> {
    return this.ask(auditStatusSchema, { path: '/api/v1/audit', timeoutMs: TIMEOUT_MS });
  }

  /** Whose signatures count. */
  async auditKeys(): Promise<KeyList> {
    return this.ask(keyListSchema, { path: '/api/v1/audit/keys', timeoutMs: TIMEOUT_MS });
  }

  /** Has the log signed as it is now. */
  async signCheckpoint(): Promise<Signed> {
    return this.ask(signedSchema, { path: '/api/v1/audit/checkpoints', body: {}, timeoutMs: TIMEOUT_MS });
  }

  /** Lets a log go on that is not as it was written. */
  async acknowledge(reason: string): Promise<Acknowledged> {
    // Where events are passed over, the tables are made anew first.
    const timeoutMs = LONGEST_COMPARISON_MS;
    const question = { path: '/api/v1/audit/acknowledge', ...because(reason), body: {}, timeoutMs };
    return this.ask(acknowledgedSchema, question);
  }

  /** Compares the tables with the log, or makes them anew; tells as it goes on. */
  async *rebuild(what: 'compare' | 'rebuild'): AsyncGenerator<RebuildStep> {
    const question = { path: `/api/v1/audit/${what}`, body: {}, timeoutMs: LONGEST_COMPARISON_MS };
    let text = '';
    const decoder = new TextDecoder();
    for await (const portion of openAnswer(this.controlPlane, question)) {
      const lines = (text + decoder.decode(portion, { stream: true })).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) yield read(rebuildStepSchema, { status: 200, text: line }, this.controlPlane);
    }
  }

  /** A piece of the log that can be checked elsewhere: its bytes as they come. `from` and `to` are changes or ISO 8601. */
  bundle(range: { readonly from?: string; readonly to?: string }): AsyncIterable<Uint8Array> {
    const question = { path: `/api/v1/audit/bundle${queryOf(range)}`, timeoutMs: LONGEST_SILENCE_MS };
    return openAnswer(this.controlPlane, question);
  }

  async listCells(): Promise<CellList> {
    return this.ask(cellListSchema, { path: '/api/v1/cells', timeoutMs: TIMEOUT_MS });
  }

  /** What others had changed of the rules of cells, the newest first. */
  async listDrift(filter: { readonly cell?: string; readonly limit: number }): Promise<DriftList> {
    return this.ask(driftListSchema, { path: `/api/v1/drift${queryOf({ ...filter })}`, timeoutMs: TIMEOUT_MS });
  }

  /**
   * Opens the live stream: see {@link openEventStream}.
   * @param after id of the event to go on behind, without loss; left out, the stream begins now.
   */
  async openStream(after?: string): Promise<EventStream> {
    const place = after === undefined ? {} : { headers: { 'last-event-id': after } };
    return openEventStream(this.controlPlane, { path: '/api/v1/stream', ...place });
  }

  /** Has the stream of documents rebuilt, for as long as the answer is open: see {@link openEventStream}. */
  async openRebuild(): Promise<EventStream> {
    return openEventStream(this.controlPlane, { path: '/api/v1/state/rebuild', body: {} });
  }

  private async ask<T>(schema: z.ZodType<T>, question: Question): Promise<T> {
    return askFor(this.controlPlane, schema, question);
  }
}

function leaseQuestion(what: 'release' | 'fence', which: WhichLease, reason: string | undefined): Question {
  return { path: `/api/v1/leases/${what}`, ...because(reason), body: which, timeoutMs: TIMEOUT_MS };
}

/** The reason travels as the bytes of its UTF-8. */
export function because(reason: string | undefined): Pick<Question, 'headers'> {
  return reason === undefined ? {} : { headers: { 'x-heddle-reason': Buffer.from(reason, 'utf8').toString('latin1') } };
}

/** A request that changes policies, in Cloud Foundry's format. */
function policyQuestion(route: string, policies: readonly Policy[], reason: string | undefined): Question {
  return {
    path: `/networking/v1/external/policies${route}`,
    ...because(reason),
    body: {
      policies: policies.map(({ source, destination, protocol, start, end }) => ({
        source: { id: source },
        destination: { id: destination, protocol, ports: { start, end } },
      })),
    },
    timeoutMs: TIMEOUT_MS,
  };
}
