import type { PoliciesChanged } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import type { Response } from 'express';

/** Where the routes of Cloud Foundry, whose answers have no room for it, name the guardrails that a request is against. */
const GUARDRAILS_HEADER = 'X-Heddle-Guardrails';

/** Names them in the answer; no header, where there are none. */
export function tellGuardrails(response: Response, names: readonly string[]): void {
  if (names.length > 0) response.setHeader(GUARDRAILS_HEADER, names.join(', '));
}

/** The names of those that an event says it is against. */
export function violationsIn(event: LoggedEvent | null): string[] {
  if (event?.type !== 'policies-changed.v1') return [];
  return (event.data as PoliciesChanged).violations?.map(({ guardrail }) => guardrail) ?? [];
}
