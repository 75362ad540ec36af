import type { z } from 'zod';
import { because } from './api-client';
import type { ControlPlane, Question } from './ask';
import { askFor, queryOf } from './ask-for';
import {
  type Changed,
  changedSchema,
  type Planned,
  plannedSchema,
  type Reverted,
  revertedSchema,
} from './change-schemas';
import type { Policy } from './effect';

/** How long an answer may take. */
const TIMEOUT_MS = 30_000;

/** A change of policies, as it is asked for. */
export interface ChangeRequest {
  readonly type: 'add-policies' | 'remove-policies' | 'limit-policies';
  readonly policies: readonly Policy[];
  /** When they close by themselves, as the control plane reads it: a time with its zone, or a span. */
  readonly expires?: string;
}

/** What is to be undone: one change, or those of somebody or of some request since a moment. */
export type RevertChoice =
  { readonly seq: number } | { readonly actor?: string; readonly correlationId?: string; readonly since: string };

/** How it is undone. */
export interface RevertOptions {
  readonly dryRun: boolean;
  /** Whether policies that a later change touched are left alone; else nothing is done when there are any. */
  readonly skipsConflicts: boolean;
}

/** The part of the API that changes policies in Heddle's own words; like {@link ApiClient} in everything else. */
export class ChangeApi {
  constructor(private readonly controlPlane: ControlPlane) {}

  /** Changes policies. */
  async change(wanted: ChangeRequest, reason?: string): Promise<Changed> {
    return this.ask(changedSchema, { path: '/api/v1/changes', ...because(reason), body: wanted });
  }

  /** What a change would do. */
  async plan(wanted: ChangeRequest, reason?: string): Promise<Planned> {
    return this.ask(plannedSchema, { path: '/api/v1/changes?dryRun=true', ...because(reason), body: wanted });
  }

  /** Undoes changes. */
  async revert(choice: RevertChoice, { dryRun, skipsConflicts }: RevertOptions, reason?: string): Promise<Reverted> {
    const how = { ...(dryRun && { dryRun: 'true' }), ...(skipsConflicts && { conflicts: 'skip' }) };
    const path = 'seq' in choice ? `/${choice.seq}/revert${queryOf(how)}` : `/revert${queryOf({ ...choice, ...how })}`;
    return this.ask(revertedSchema, { path: `/api/v1/changes${path}`, ...because(reason), body: {} });
  }

  private async ask<T>(schema: z.ZodType<T>, question: Omit<Question, 'timeoutMs'>): Promise<T> {
    return askFor(this.controlPlane, schema, { ...question, timeoutMs: TIMEOUT_MS });
  }
}
