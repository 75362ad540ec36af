import type { z } from 'zod';
import { read, refusal } from './answers';
import { ask, type ControlPlane, type Question } from './ask';

/**
 * Asks, and gives back the object of a good answer.
 * @throws {UserError} when the request is refused, {@link FatalError} when there is no answer or an unreadable one.
 */
export async function askFor<T>(controlPlane: ControlPlane, schema: z.ZodType<T>, question: Question): Promise<T> {
  return (await askWhole(controlPlane, schema, question)).answer;
}

/** The same, with the guardrails that the request is against where the answer has no room for them but in a header. */
export async function askWhole<T>(
  controlPlane: ControlPlane,
  schema: z.ZodType<T>,
  question: Question,
): Promise<{ readonly answer: T; readonly guardrails: readonly string[] }> {
  const answer = await ask(controlPlane, question);
  if (answer.status !== 200) throw refusal(answer, controlPlane);
  return { answer: read(schema, answer, controlPlane), guardrails: answer.guardrails ?? [] };
}

/** The query of a path, with what is given. A list becomes a member for each of its items. */
export function queryOf(values: Readonly<Record<string, string | number | readonly string[] | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    [value ?? []].flat().map((item): [string, string] => [name, String(item)]),
  );
  return given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
}
