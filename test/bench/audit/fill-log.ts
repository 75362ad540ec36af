import { randomUUID } from 'node:crypto';
import { policyDecider, type PolicyCommand } from '@heddle/domain';
import { ensureLogStream, GENESIS_HASH, JetStreamEventLog, sealEvent, toFact, type Place } from '@heddle/event-log';
import { isoTime, nowMs } from '@heddle/platform';
import type { TestNats } from '@heddle/testing';

/** So many events are on their way to the log at once; a ledger has 64. */
const IN_FLIGHT = 1_024;
const ACTORS = 50;

/**
 * Fills the log by the way on which the control plane writes it: each command is decided on the book and folded into it, sealed behind
 * the event before it, appended by compare-and-set behind that one, and acknowledged by the server from its disk. Left out are HTTP, that
 * a round of the ledger waits for the one before, and the documents and tables that follow from the log: a control plane that is started
 * on it makes them.
 */
export async function fillLog(nats: TestNats, commands: Iterable<PolicyCommand>): Promise<void> {
  const connection = await nats.connect();
  await ensureLogStream(connection);
  const log = new JetStreamEventLog(connection);
  const { initialState, decide, evolve } = policyDecider();
  let book = initialState;
  let previousHash = GENESIS_HASH;
  let place: Place = { seq: 0 };
  let count = 0;
  const inFlight: Promise<unknown>[] = [];
  for (const command of commands) {
    const event = decide(book, command);
    if (!event) throw new Error('a command of this history changes nothing');
    book = evolve(book, event);
    const about = { id: randomUUID(), topic: 'policy' as const, time: isoTime(nowMs()), correlationId: randomUUID() };
    const fact = sealEvent({ ...about, ...toFact(event), actor: { name: `user-${count++ % ACTORS}` } }, previousHash);
    inFlight.push(log.append(fact, place));
    [previousHash, place] = [fact.event.hash, { id: fact.event.id }];
    if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
  }
  await Promise.all(inFlight);
  await connection.close();
}
