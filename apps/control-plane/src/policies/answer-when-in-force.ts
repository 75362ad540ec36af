import type { DocumentKey, Policy } from '@heddle/domain';
import type { Request, Response } from 'express';
import { missingAfterWait } from '../changes/missing-after-wait';
import type { Core } from '../core/core';

/** What Cloud Foundry's policy server answers. */
const DONE = '{}';

/** The answer to a change of policies that is in the log, as {@link missingAfterWait} has it. */
export async function answerWhenInForce(
  core: Core,
  policies: readonly Policy[],
  request: Request,
  response: Response,
): Promise<string> {
  const documentsOf = ({ source, destination }: Policy): DocumentKey[] => [`app:${source}`, `app:${destination}`];
  const documents = () => new Set(policies.flatMap(documentsOf));
  const missing = await missingAfterWait(core, documents, request, response);
  return missing.length === 0 ? DONE : JSON.stringify({ missing });
}
