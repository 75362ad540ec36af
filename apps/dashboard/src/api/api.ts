import type { Policy } from '@heddle/domain';
import type { z } from 'zod';
import { RequestRefused, TokenRefused, UnreadableAnswer } from './errors';
import {
  cellsSchema,
  changePageSchema,
  changeReadSchema,
  policiesSchema,
  problemSchema,
  type Cell,
  type ChangePage,
  type Enforcement,
} from './schemas';

/** How long the control plane may take to answer. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Changes per page of the list. */
const PAGE_SIZE = 50;

/**
 * The control plane as the page needs it. Every method throws {@link TokenRefused}, {@link RequestRefused} or
 * {@link UnreadableAnswer}, or what `fetch` throws when there is no answer or the signal ends the wait.
 */
export interface Api {
  policies(signal: AbortSignal): Promise<Policy[]>;
  cells(signal: AbortSignal): Promise<Cell[]>;
  /** The changes that concern `app` (all when empty) and are older than `before` (the newest when null). */
  changes(range: { app: string; before: number | null }, signal: AbortSignal): Promise<ChangePage>;
  enforcement(seq: number, signal: AbortSignal): Promise<Enforcement>;
  /** Opens the live stream after the event that `cursor` names, or at the present moment. The signal also ends the body. */
  stream(cursor: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** Asks the control plane; throws as {@link Api} says. */
export interface Requests {
  request(path: string, signal: AbortSignal, headers?: Record<string, string>): Promise<Response>;
  read<Answer>(path: string, schema: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer>;
  /** A body of server-sent events. The signal also ends it. */
  events(path: string, signal: AbortSignal, headers?: Record<string, string>): Promise<ReadableStream<Uint8Array>>;
}

/** Requests to this origin, with a bearer token. */
export function requestsOf(token: string, fetch = globalThis.fetch.bind(globalThis)): Requests {
  const request = async (path: string, signal: AbortSignal, headers: Record<string, string> = {}) => {
    // Browsers may keep even some refusals (404, 410) and would answer the next try with them.
    const response = await fetch(path, {
      signal,
      cache: 'no-store',
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    if (response.ok) return response;
    const complaint = await complaintOf(response);
    if (response.status === 401 || response.status === 403) throw new TokenRefused(complaint);
    throw new RequestRefused(response.status, complaint);
  };
  const read = async <Answer>(path: string, schema: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer> => {
    const response = await request(path, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]));
    const parsed = schema.safeParse(await response.json());
    if (!parsed.success) throw new UnreadableAnswer(path, { cause: parsed.error });
    return parsed.data;
  };
  return {
    request,
    read,
    async events(path, signal, headers = {}) {
      const opening = new AbortController();
      const overdue = setTimeout(() => opening.abort(new Error('no answer in time')), ANSWER_TIMEOUT_MS);
      try {
        const wanted = { accept: 'text/event-stream', ...headers };
        const response = await request(path, AbortSignal.any([signal, opening.signal]), wanted);
        if (!response.body) throw new UnreadableAnswer(path);
        return response.body;
      } finally {
        clearTimeout(overdue);
      }
    },
  };
}

/** The API of this origin, of now. */
export function createApi(token: string, fetch?: typeof globalThis.fetch): Api {
  const { read, events } = requestsOf(token, fetch);
  return {
    policies: (signal) => read('/networking/v1/external/policies', policiesSchema, signal),
    cells: async (signal) => (await read('/api/v1/cells', cellsSchema, signal)).cells,
    changes({ app, before }, signal) {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
      if (app) query.set('app', app);
      if (before !== null) query.set('before', String(before));
      return read(`/api/v1/changes?${query}`, changePageSchema, signal);
    },
    enforcement: async (seq, signal) => (await read(`/api/v1/changes/${seq}`, changeReadSchema, signal)).enforcement,
    stream: (cursor, signal) => events('/api/v1/stream', signal, cursor === null ? {} : { 'last-event-id': cursor }),
  };
}

/** The words of the control plane about what went wrong. */
async function complaintOf(response: Response): Promise<string> {
  const said = await response.json().catch(() => null);
  return problemSchema.safeParse(said).data ?? `${response.status} ${response.statusText}`.trim();
}
