import type { z } from 'zod';
import { because } from './api-client';
import type { ControlPlane, Question } from './ask';
import { askFor } from './ask-for';
import { type Changed, changedSchema } from './change-schemas';
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

/** The part of the API that changes policies in Heddle's own words; like {@link ApiClient} in everything else. */
export class ChangeApi {
  constructor(private readonly controlPlane: ControlPlane) {}

  /** Changes policies. */
  async change(wanted: ChangeRequest, reason?: string): Promise<Changed> {
    return this.ask(changedSchema, { path: '/api/v1/changes', ...because(reason), body: wanted });
  }

  private async ask<T>(schema: z.ZodType<T>, question: Omit<Question, 'timeoutMs'>): Promise<T> {
    return askFor(this.controlPlane, schema, { ...question, timeoutMs: TIMEOUT_MS });
  }
}
