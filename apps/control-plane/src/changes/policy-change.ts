import type { GuardrailContext, PolicyCommand } from '@heddle/domain';
import type { CommandContext } from '@heddle/event-log';
import type { Core } from '../core/core';
import { BadRequest } from '../http/problem';
import { endMs } from '../time-boxes/end-of-box';
import type { ChangeBody } from './change-body';

/**
 * The command that somebody asks for, made when its turn comes, with what it takes to hold it against guardrails.
 * @param maxPerSource of how many policies an app may be the source then.
 * @throws {BadRequest} when its end cannot be meant, or nobody says why there is to be one.
 */
export function policyCommand(
  core: Pick<Core, 'boxClock' | 'quarantine'>,
  body: ChangeBody,
  { reason }: Pick<CommandContext, 'reason'>,
  maxPerSource: number | undefined,
): (guardrails: GuardrailContext) => () => PolicyCommand {
  const { policies } = body;
  if (body.type === 'remove-policies') return () => () => ({ type: 'remove-policies', policies });
  const nowMs = core.boxClock.nowMs();
  if (body.type === 'limit-policies') {
    const expiresAtMs = endMs(body.expires, nowMs);
    return () => () => ({ type: 'limit-policies', policies, expiresAtMs });
  }
  const expiresAtMs = body.expires && endMs(body.expires, nowMs);
  if (expiresAtMs !== undefined && reason === undefined)
    throw new BadRequest('reason-missing', 'say in the header X-Heddle-Reason why this is to be open for a while');
  return (guardrails) => () => ({
    ...{ type: 'add-policies', policies, avoidTags: core.quarantine.tags(), ...guardrails },
    ...(maxPerSource !== undefined && { maxPerSource }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  });
}
