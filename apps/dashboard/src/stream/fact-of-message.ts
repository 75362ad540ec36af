import type { z } from 'zod';
import { UnreadableAnswer } from '../api/errors';
import { changeSchema, placementSchema, receiptSchema } from '../api/schemas';
import type { Fact } from '../picture/facts';

/**
 * What one event of the stream tells; null for kinds that only later versions of the page know.
 * @throws {UnreadableAnswer} when its data is not what its kind promises
 */
export function factOfMessage(message: { event?: string; data: string }): Fact | null {
  switch (message.event) {
    case 'change':
      return { type: 'changed', change: parse(changeSchema, message) };
    case 'receipt':
      return { type: 'receipt-came', receipt: parse(receiptSchema, message) };
    case 'placement':
      return { type: 'placed', placement: parse(placementSchema, message) };
    default:
      return null;
  }
}

function parse<T>(schema: z.ZodType<T>, { event, data }: { event?: string; data: string }): T {
  try {
    return schema.parse(JSON.parse(data));
  } catch (cause) {
    throw new UnreadableAnswer(`stream event '${event}'`, { cause });
  }
}
