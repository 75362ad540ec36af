import fc from 'fast-check';
import { judgeBeat, nothingVerified, readSince, type HeldRevisions, type Verified } from './judge-beat';
import { digestOf, RecentDocuments, stateBeat, type StateBeat } from './state-beat';
import { stateSubject } from './subjects';

type Named = [subject: string, rev: number];
const beat = (from: number, upTo: number, named: readonly Named[] = [], epoch = 'e'): StateBeat => ({
  ...{ epoch, from, upTo, leases: named.filter(([subject]) => subject.startsWith('lease')) },
  digests: named.map(([subject]) => (subject.startsWith('lease') ? '' : digestOf(subject))).join(''),
  revisions: named.flatMap(([subject, rev]) => (subject.startsWith('lease') ? [] : [rev - from])),
});
const holding = (revisions: Readonly<Record<string, number>>): HeldRevisions => ({
  of: (subject) => revisions[subject],
  subjectOf: (digest) => Object.keys(revisions).find((subject) => digestOf(subject) === digest),
  newest: Math.max(0, ...Object.values(revisions)),
});
const verifiedUpTo = (upTo: number): Verified => ({ epoch: 'e', upTo, ahead: null });
const judge = (verified: Verified, next: StateBeat, held = holding({ a: 3, b: 0, lease: 2 }), nowMs = 0) =>
  judgeBeat(verified, next, held, nowMs);

describe('after a beat', () => {
  it('everything is read before anything is known', () => {
    const { verified, remedy } = judge(nothingVerified, beat(5, 7));
    expect(remedy).toEqual({ kind: 'read-all' });
    expect(readSince(verified, beat(5, 7)).upTo).toBe(7);
    expect(readSince(verified, beat(5, 7, [], 'another'))).toEqual(verified);
  });

  it('that ties in with what is known, all is known up to it', () =>
    expect(
      judge(
        verifiedUpTo(5),
        beat(2, 7, [
          ['a', 3],
          ['other', 7],
        ]),
      ),
    ).toEqual({
      ...{ verified: verifiedUpTo(7), remedy: { kind: 'none' } },
    }));

  it('what it names and is not held is fetched, and nothing is known up to it before', () =>
    expect(
      judge(
        verifiedUpTo(5),
        beat(4, 7, [
          ['a', 6],
          ['b', 7],
          ['other', 7],
          ['lease', 5],
          ['lease of somebody else', 6],
        ]),
      ),
    ).toEqual({
      ...{ verified: verifiedUpTo(5), remedy: { kind: 'fetch', subjects: ['lease', 'a', 'b'] } },
    }));

  it('that begins behind what is known, everything is read', () =>
    expect(judge(verifiedUpTo(5), beat(6, 7)).remedy).toEqual({ kind: 'read-all' }));

  it('that comes late or twice, nothing happens', () =>
    expect(judge(verifiedUpTo(5), beat(3, 4))).toMatchObject({ verified: { upTo: 5 }, remedy: { kind: 'none' } }));

  it('of another log, what is read counts, and before it nothing does', () =>
    expect(judge(verifiedUpTo(5), beat(5, 7, [], 'restored'))).toEqual({
      ...{ verified: { epoch: 'restored', upTo: null, ahead: null }, remedy: { kind: 'read-all-anew' } },
    }));

  it.each([
    ['was verified', verifiedUpTo(9), holding({ a: 3 })],
    ['is held', verifiedUpTo(3), holding({ a: 9 })],
  ])('that does not come up to what %s for 3 s, what is read counts', (_, start, held) => {
    const first = judge(start, beat(3, 4), held, 1_000);
    expect(first.remedy.kind).toBe('none');
    const second = judge(first.verified, beat(3, 5), held, 3_999);
    expect(second.remedy.kind).toBe('none');
    expect(judge(second.verified, beat(3, 9), held, 4_000).remedy.kind).toBe('none');
    expect(judge(second.verified, beat(3, 6), held, 4_000).remedy.kind).toBe('read-all-anew');
  });

  it('under load what is held is always ahead, which is no reason to read', () => {
    let verified = verifiedUpTo(0);
    for (let at = 1; at <= 20; at++) {
      const judged = judge(verified, beat(Math.max(0, at - 5), at), holding({ a: at + 1 }), at * 1_000);
      expect(judged.remedy.kind).toBe('none');
      verified = judged.verified;
    }
    expect(verified.upTo).toBe(20);
  });
});

const SUBJECTS = [stateSubject.app('a'), stateSubject.app('b'), stateSubject.lease('c')];

/** What happens in one second: which apps change, which of their messages are lost, and what becomes of the beat. */
const second = fc.record({
  changed: fc.array(fc.record({ app: fc.constantFrom(...SUBJECTS), isLost: fc.boolean() }), { maxLength: 3 }),
  beat: fc.constantFrom('heard', 'heard', 'lost', 'twice', 'late'),
});

it('whatever messages and beats are lost, repeated or late, in the end what is held is what is stored', () =>
  fc.assert(
    fc.property(fc.array(second, { maxLength: 40 }), (seconds) => {
      const stored = new Map<string, number>();
      const held = new Map<string, number>();
      const recent = new RecentDocuments();
      let verified = nothingVerified;
      let log = 0;
      const late: StateBeat[] = [];
      const hear = (next: StateBeat, nowMs: number): void => {
        const revisions = {
          of: (subject: string) => held.get(subject) ?? 0,
          subjectOf: (digest: string) => SUBJECTS.find((subject) => digestOf(subject) === digest),
          newest: Math.max(0, ...held.values()),
        };
        const { verified: now, remedy } = judgeBeat(verified, next, revisions, nowMs);
        verified = now;
        if (remedy.kind === 'fetch') for (const app of remedy.subjects) held.set(app, stored.get(app) ?? 0);
        if (remedy.kind.startsWith('read-all')) {
          for (const [app, rev] of stored) held.set(app, rev);
          verified = readSince(verified, next);
        }
        // The law: what a cell believes to have verified is here.
        for (const [app, rev] of stored)
          if (rev <= (verified.upTo ?? 0)) expect(held.get(app)).toBeGreaterThanOrEqual(rev);
      };
      const quiet = Array.from({ length: 6 }, () => ({ changed: [], beat: 'heard' as const }));
      for (const [at, { changed, beat: fate }] of [...seconds, ...quiet].entries()) {
        for (const { app, isLost } of changed) {
          stored.set(app, ++log);
          recent.stored(app, log);
          if (!isLost) held.set(app, log);
        }
        const next = stateBeat.parse(JSON.parse(JSON.stringify(recent.beat('e', log))));
        if (fate === 'late') late.push(next);
        else if (fate !== 'lost') for (let n = 0; n < (fate === 'twice' ? 2 : 1); n++) hear(next, at * 1_000);
        if (fate === 'heard' && late.length > 0) hear(late.shift()!, at * 1_000);
      }
      expect(held).toEqual(stored);
    }),
  ));
