import type { z } from 'zod';
import { type HttpService, ServiceFailed, type ServiceAnswer } from './http-service';

/**
 * What a service answered, once it is known to be what was expected.
 * @throws {ServiceFailed} for any status but 200, and for a body of another shape. The body is not repeated: it may hold secrets.
 */
export function jsonOf<T>(service: HttpService, { status, body }: ServiceAnswer, schema: z.ZodType<T>): T {
  if (status !== 200) throw new ServiceFailed(`${service.name} answered with status ${status}`);
  const content = schema.safeParse(parsed(body));
  if (content.success) return content.data;
  const [issue] = content.error.issues;
  const where = issue?.path.join('.') || 'its answer';
  throw new ServiceFailed(`${service.name} answered with something else than it should (${where}: ${issue?.message})`);
}

/** Text that is not JSON becomes undefined, which no schema accepts. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
