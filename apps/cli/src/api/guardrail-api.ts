import type { z } from 'zod';
import { because } from './api-client';
import type { ControlPlane, Question } from './ask';
import { askFor, queryOf } from './ask-for';
import {
  type Guardrail,
  type GuardrailList,
  guardrailListSchema,
  guardrailRemovedSchema,
  type GuardrailSet,
  guardrailSetSchema,
  type Statement,
  type ViolationPage,
  violationPageSchema,
} from './guardrail-schemas';

/** How long an answer may take; it may be looked through thousands of policies for it. */
const TIMEOUT_MS = 30_000;

/** Between which two moments is looked, and behind which page. */
export interface ViolationQuestion {
  readonly since?: string;
  readonly until?: string;
  readonly after?: string;
}

/** The part of the API that is about guardrails; like {@link ApiClient} in everything else. */
export class GuardrailApi {
  constructor(private readonly controlPlane: ControlPlane) {}

  /** Those that stood at a moment; they are so few that one page has them all. */
  async list(at: string | undefined): Promise<GuardrailList> {
    return this.ask(guardrailListSchema, { path: `/api/v1/guardrails${queryOf({ at })}` });
  }

  /** Sets one, or replaces it. */
  async set({ name, ...body }: Omit<Guardrail, 'reason'>, reason?: string): Promise<GuardrailSet> {
    const path = `/api/v1/guardrails/${encodeURIComponent(name)}`;
    return this.ask(guardrailSetSchema, { path, method: 'PUT', ...because(reason), body });
  }

  /** Removes one. */
  async remove(name: string, reason?: string): Promise<{ change: number }> {
    const path = `/api/v1/guardrails/${encodeURIComponent(name)}`;
    return this.ask(guardrailRemovedSchema, { path, method: 'DELETE', ...because(reason) });
  }

  /** One page of what was against one, or against a statement that is not kept; the oldest first. */
  async violations(of: string | Statement, question: ViolationQuestion): Promise<ViolationPage> {
    const query = queryOf({ ...question });
    return typeof of === 'string'
      ? this.ask(violationPageSchema, { path: `/api/v1/guardrails/${encodeURIComponent(of)}/violations${query}` })
      : this.ask(violationPageSchema, { path: `/api/v1/guardrails/check${query}`, body: of });
  }

  private async ask<T>(schema: z.ZodType<T>, question: Omit<Question, 'timeoutMs'>): Promise<T> {
    return askFor(this.controlPlane, schema, { ...question, timeoutMs: TIMEOUT_MS });
  }
}
