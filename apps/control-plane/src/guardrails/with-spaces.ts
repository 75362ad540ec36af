import { appsToPlace, Refused, type GuardrailContext, type Policy, type SpacesOfApps } from '@heddle/domain';
import { inTurns } from '@heddle/platform';
import { WireError } from '@heddle/wire-cf';
import type { Core } from '../core/core';
import { spacesIfKnown, spacesOfApps, type SpaceSources } from './spaces-of-apps';

/** What it takes to hold commands against guardrails. */
export interface GuardrailSources extends SpaceSources {
  readonly core: Pick<Core, 'policies' | 'enforcement'>;
}

/** Each time somebody has set a guardrail that asks for more, between the look and the decision. */
const MOST_TRIES = 5;

/**
 * Decides something about policies with the spaces that the guardrails ask for, which nobody is asked about where none does.
 * @throws what `decide` throws; {@link WireError} 500 when the Cloud Controller does not answer and a guardrail that refuses depends on it.
 */
export async function withSpaces<Outcome>(
  sources: GuardrailSources,
  policies: readonly Policy[],
  decide: (guardrails: Pick<GuardrailContext, 'spaces'>) => Promise<Outcome>,
): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    try {
      const { guardrails } = sources.core.policies.state;
      return await decide(guardrails.size === 0 ? {} : { spaces: await spacesFor(sources, policies) });
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'spaces-not-asked') || tries === MOST_TRIES) throw error;
    }
  }
}

async function spacesFor(sources: GuardrailSources, policies: readonly Policy[]): Promise<SpacesOfApps> {
  const standing = [...sources.core.policies.state.guardrails.values()];
  const apps = await inTurns(appsToPlace(standing, policies));
  if (apps.length === 0) return new Map();
  const refusing = standing.filter(({ statement }) => statement.mode === 'refuse');
  const mustKnow = (await inTurns(appsToPlace(refusing, policies))).length > 0;
  // To warn of something is no reason to hold it up.
  if (!mustKnow) return spacesIfKnown(sources, apps);
  return spacesOfApps(sources, apps).catch((cause: unknown) => {
    throw new WireError(500, 'check guardrails failed', { cause });
  });
}
