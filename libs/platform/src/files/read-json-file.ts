import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCodeOf, FatalError, messageOf } from '../errors';

/**
 * Reads a JSON file that Heddle wrote itself.
 * @returns undefined when there is no such file.
 * @throws {FatalError} when it cannot be read, or does not hold what the schema wants.
 */
export async function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await readTextFile(path);
  if (text === undefined) return undefined;
  const content = schema.safeParse(parseJson(text));
  if (content.success) return content.data;
  throw new FatalError(
    `${path} does not hold what Heddle wrote there (${firstProblem(content.error)}): restore it, or remove it to have it made anew`,
  );
}

/**
 * Reads a text file.
 * @returns undefined when there is no such file.
 * @throws {FatalError} when it cannot be read.
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw new FatalError(`${path} cannot be read (${messageOf(error)}): make it readable for this user`, {
      cause: error,
    });
  }
}

/** Text that is not JSON becomes undefined, which no schema of a file accepts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.join('.') || 'all of it'}: ${issue.message}` : 'unknown';
}
