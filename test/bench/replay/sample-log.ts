import { sealEvent, type SealedEvent } from '@heddle/event-log';

/** So many policies stand at a time: what is added is removed again after so many events. */
const STANDING = 5_000;
const APPS = 500;

/** The events of a log of one policy an event, from one number to another, behind the event with a hash. */
export function* sampleLog(from: number, to: number, previousHash: string): Generator<SealedEvent> {
  for (let n = from; n < to; n++) {
    const about = { id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, topic: 'policy' as const };
    const draft = {
      ...about,
      time: '2026-11-25T09:00:00.000000Z',
      actor: { name: 'admin' },
      correlationId: `request-${n}`,
    };
    const sealed = sealEvent({ ...draft, ...eventAt(n) }, previousHash);
    previousHash = sealed.event.hash;
    yield sealed;
  }
}

function eventAt(n: number): { type: string; data: unknown } {
  const nth = n % STANDING;
  const policy = {
    source: `app-${nth % APPS}`,
    destination: `app-${(nth + 1) % APPS}`,
    protocol: 'tcp',
    start: 1 + nth,
    end: 1 + nth,
  };
  // The first event gives all apps their tags, so that each later one is an ordinary change.
  const tagsAllocated = n === 0 ? Array.from({ length: APPS }, (_, app) => ({ app: `app-${app}`, tag: app + 1 })) : [];
  const isAdding = Math.floor(n / STANDING) % 2 === 0;
  const lists = isAdding ? { added: [policy], removed: [] } : { added: [], removed: [policy] };
  return { type: 'policies-changed.v1', data: { ...lists, tagsAllocated, tagsReleased: [] } };
}
