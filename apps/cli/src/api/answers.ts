import { FatalError, UserError } from '@heddle/platform/errors';
import { z } from 'zod';
import { visible } from '../output/visible';
import type { BearerToken } from '../session/bearer-token';
import type { Answer, ControlPlane } from './ask';

/** What went wrong in the two shapes the control plane says it: problem details (RFC 9457), and Cloud Foundry's `error`. */
const problem = z.union([
  z.object({ detail: z.string(), code: z.string() }),
  z.object({ error: z.string() }).transform(({ error }) => ({ detail: error, code: codeOf(error) })),
]);

/** Within what a date can say. */
const endingClaims = z.object({ exp: z.number().min(0).max(8_640_000_000_000) });

/** Cloud Foundry's `error` is words alone, and those of a token without the scope are fixed: its clients know them. */
function codeOf(error: string): string {
  return error.startsWith('provided scopes [') ? 'forbidden' : 'request-refused';
}

/**
 * The object that a good answer holds: exactly what was sent, once the schema has nothing against it.
 * @throws {FatalError} when it is no JSON, {@link UnreadableAnswer} when it is another object.
 */
export function read<T>(schema: z.ZodType<T>, { text }: Answer, { url }: ControlPlane): T {
  const answer = parseJson(text);
  if (answer === undefined) throw noControlPlane(url, 'it does not answer in JSON');
  const checked = schema.safeParse(answer);
  if (checked.success) return answer as T;
  throw new UnreadableAnswer(`the answer of ${url}`, checked.error);
}

/** What the control plane sent is not what this version expects; asking again would not change it. */
export class UnreadableAnswer extends FatalError {
  /** @param what it is, for a sentence */
  constructor(what: string, { issues: [issue] }: z.ZodError) {
    const where = issue ? ` (${issue.path.join('.') || 'all of it'}: ${issue.message})` : '';
    super(`${what} is not what this version of heddle can read${where}: use versions that belong together`);
    this.name = 'UnreadableAnswer';
  }
}

/** Whether an error may pass by itself, as when the control plane is being started anew. */
export function canPass(error: unknown): boolean {
  return error instanceof FatalError && !(error instanceof UnreadableAnswer);
}

/** The error that an answer with a status other than 200 stands for: one sentence, and whose turn it is. */
export function refusal({ status, text }: Answer, { url, token }: ControlPlane): UserError | FatalError {
  const said = problem.safeParse(parseJson(text));
  if (!said.success) return noControlPlane(url, `it answers with status ${status}`);
  const { code } = said.data;
  const detail = visible(said.data.detail);
  if (status === 401) {
    return new UserError(
      'token-refused',
      `the control plane at ${url} refused the token from ${token.from} (${detail}${endOf(token)}): use the one it made, with --token-file <its data directory>/admin.token`,
    );
  }
  // Other refusals with a 403 are about what was asked: a quota, a guardrail, an app that is not there.
  if (code === 'forbidden') {
    return new UserError('token-insufficient', `the token from ${token.from} does not suffice: ${detail}`);
  }
  if (status < 500) return new UserError(code, `the control plane refused this: ${detail}`);
  return new FatalError(`the control plane at ${url} cannot do this now (${detail}): try again, or see its log`);
}

/** When a token ends, as it says itself: Cloud Foundry's routes do not tell an old one from a wrong one. */
function endOf({ text }: BearerToken): string {
  const claims = endingClaims.safeParse(parseJson(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')));
  return claims.success ? `; by itself it ends at ${new Date(claims.data.exp * 1000).toISOString()}` : '';
}

function noControlPlane(url: string, why: string): FatalError {
  return new FatalError(`what listens at ${url} is not the control plane (${why}): set HEDDLE_URL`);
}

/** Text that is not JSON becomes undefined, which JSON cannot say. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
