import type { Policy } from '@heddle/domain';
import { listRefusals, RefusalRecorder, type Refusal, type RefusalFilter, type RefusalPage } from '@heddle/event-log';
import { isoTime, nowMs, type ConfigurationOf, type Logger, type NatsConnection } from '@heddle/platform';
import type { Request } from 'express';
import { Counter, type Registry } from 'prom-client';
import { callerOf } from '../http/authentication';
import { commandContext } from '../http/command-context';

/** Under this token controllers and filters get {@link RefusedAttempts}. */
export const REFUSED = Symbol('refused attempts');

const DAY_MS = 24 * 3600e3;
const MIB = 2 ** 20;

/** Why something was not done, as its answer says it. */
export interface Verdict {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

interface Parts {
  readonly config: ConfigurationOf<'control-plane'>;
  readonly connection: NatsConnection;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** What requests turned out to ask for, for those that are refused after their body was read. */
const asked = new WeakMap<Request, Pick<Refusal['asked'], 'command' | 'policies' | 'named'>>();

/** Remembers what a request asks for, as long as the request lives. */
export function noteAsked(
  request: Request,
  command: NonNullable<Refusal['asked']['command']>,
  named: readonly Policy[],
): void {
  asked.set(request, { command, policies: named.length, named: named as Policy[] });
}

/** What was asked and refused with a 403, on a stream of its own beside the log. */
export class RefusedAttempts {
  private readonly recorder: RefusalRecorder;

  constructor(private readonly parts: Parts) {
    const { config, connection, registry, logger } = parts;
    const outcomes = new Counter({
      name: 'heddle_refused_attempts_total',
      help: 'Requests refused with 403 by what became of their record: kept, over-rate of their actor, over-queue',
      labelNames: ['outcome'],
      registers: [registry],
    });
    const retention = {
      maxAgeMs: config.refusedMaxAgeDays * DAY_MS,
      maxBytes: config.refusedMaxMib * MIB,
      maxCount: config.refusedMaxCount,
    };
    this.recorder = new RefusalRecorder(connection, retention, {
      outcome: (outcome) => outcomes.inc({ outcome }),
      stalled: (err) =>
        logger.warn({ err }, 'refused attempts cannot be kept now; some of them are, and it is tried again'),
    });
  }

  /** Notes a refused request; one whose caller is not known is none of ours. Neither waits nor throws. */
  noteRequest(request: Request, verdict: Verdict): void {
    const caller = callerOf(request);
    if (!caller) return;
    const { method, originalUrl: path } = request;
    this.note({ ...commandContext(request, caller), asked: { method, path, ...asked.get(request) } }, verdict);
  }

  /** Notes anything else that was refused. */
  note(attempt: Omit<Refusal, 'time' | keyof Verdict>, { status, code, message }: Verdict): void {
    this.recorder.note({ time: isoTime(nowMs()), ...attempt, status, code, message });
  }

  /** @throws {LogUnavailable} when the nats-server does not answer. */
  async list(filter: RefusalFilter): Promise<RefusalPage> {
    return listRefusals(this.parts.connection, filter);
  }

  async close(): Promise<void> {
    await this.recorder.close();
  }
}
