import { createHash, type Hash } from 'node:crypto';
import { PublicKeys, UserError } from '@heddle/platform';
import type { z } from 'zod';
import { canonicalJson } from '../canonical-json';
import { decodeEvent, hashOf } from '../cloud-event';
import { bundleEnd, bundleHeader, checkpointLine, endText, enforcementLine, EVENT_PREFIX } from './bundle';
import type { BundleHeader } from './bundle';
import { EMPTY_CHAIN, follow, isSameChain, type ChainFault, type ChainState } from './chain';
import { firstWrong, sentenceOf } from './chain-fault-words';
import { isSigned, type Checkpoint } from './checkpoint';
import { linesIn, LineTooLong, type Line } from './lines';

/** The first thing that is wrong in a bundle. */
export interface BundleFault {
  readonly kind: ChainFault['kind'] | 'altered' | 'unreadable' | 'checkpoint' | 'unknown-key' | 'incomplete' | 'end';
  /** From 1. */
  readonly line: number;
  /** The first event that is wrong, where it can be told; the events since the last good checkpoint are suspect otherwise. */
  readonly event: number | null;
  /** A sentence. */
  readonly detail: string;
}

/** What a bundle holds, as far as it was read. */
export interface BundleVerdict {
  readonly from: number;
  readonly to: number;
  readonly madeAt: string;
  /** The first and the last event read; 0 without any. */
  readonly first: number;
  readonly last: number;
  readonly events: number;
  readonly checkpoints: number;
  /** Up to this event a checkpoint vouches for the log; 0 when none does. */
  readonly vouchedUpTo: number;
  /** Ids of the keys that signed what was read. */
  readonly signedBy: readonly string[];
  /** Whether the keys were those of the bundle itself, which prove only that one hand made all of it. */
  readonly ownKeys: boolean;
  /** `null` when nothing is wrong. */
  readonly fault: BundleFault | null;
}

/** More than an event takes: a body of 10 MiB becomes 60 MiB at most, and its texts may stand in it twice. */
const LONGEST_LINE_BYTES = 256 * 1024 * 1024;

/**
 * Checks a bundle line by line, and stops at the first thing that is wrong. Nothing but the bytes and the keys counts.
 * @param keys those that are trusted; without them those of the bundle are taken.
 * @throws {UserError} when it is no bundle at all.
 */
export async function verifyBundle(
  portions: AsyncIterable<Uint8Array>,
  keys?: PublicKeys,
  onEvent: (event: { seq: number; to: number }) => void = () => {},
): Promise<BundleVerdict> {
  const lines = linesIn(portions, LONGEST_LINE_BYTES);
  const [first, ...others] = await firstLines(lines);
  const header = readHeader(first);
  const reading = new Reading(header, keys ?? ownKeys(header), keys === undefined);
  const takeAll = (some: readonly Line[]): void => {
    for (const line of some) {
      reading.take(line);
      onEvent({ seq: reading.last, to: header.to });
    }
  };
  try {
    reading.begin(first.whole);
    takeAll(others);
    for await (const more of lines) takeAll(more);
    reading.finish();
  } catch (error) {
    if (error instanceof Found) return reading.verdict(error.fault);
    if (error instanceof LineTooLong) return reading.verdict(reading.fault('unreadable', null, error.message));
    throw error;
  } finally {
    await lines.return(undefined);
  }
  return reading.verdict(null);
}

async function firstLines(lines: AsyncGenerator<Line[]>): Promise<[Line, ...Line[]]> {
  try {
    const { value, done } = await lines.next();
    const [first, ...others] = done ? [] : value;
    if (first) return [first, ...others];
  } catch (error) {
    if (!(error instanceof LineTooLong)) throw error;
  }
  throw noBundle();
}

function readHeader({ bytes, isEnded }: Line): BundleHeader {
  const header = bundleHeader.safeParse(parsed(bytes));
  if (header.success && isEnded) return header.data;
  throw noBundle();
}

function noBundle(): UserError {
  return new UserError(
    'no-bundle',
    'this is no bundle that this version of heddle can read: its first line is not that of one',
  );
}

function ownKeys(header: BundleHeader): PublicKeys {
  return PublicKeys.parse(header.keys.map(({ pem }) => pem).join('\n'), 'the bundle');
}

/** Ends the reading. */
class Found extends Error {
  constructor(readonly fault: BundleFault) {
    super(fault.detail);
  }
}

/** A bundle that is being read. */
class Reading {
  private readonly hash: Hash = createHash('sha256');
  private readonly signers = new Set<string>();
  private chain: ChainState;
  private line = 1;
  private events = 0;
  private checkpoints = 0;
  private vouchedUpTo = 0;
  private isOver = false;

  constructor(
    private readonly header: BundleHeader,
    private readonly keys: PublicKeys,
    private readonly hasOwnKeys: boolean,
  ) {
    this.chain = header.anchor ?? EMPTY_CHAIN;
  }

  get last(): number {
    return this.chain.seq;
  }

  begin(whole: Buffer): void {
    this.hash.update(whole);
    if (this.header.anchor) this.requireSigned(this.header.anchor);
    this.vouchedUpTo = this.header.anchor?.seq ?? 0;
  }

  take({ bytes: text, whole, isEnded }: Line): void {
    this.line++;
    if (this.isOver) this.found('end', null, 'something stands behind the end');
    if (!isEnded) this.found('incomplete', null, 'the bundle is cut off within this line');
    if (text.toString('latin1', 0, EVENT_PREFIX.length) === EVENT_PREFIX) this.takeEvent(text);
    else this.takeOther(text);
    if (!this.isOver) this.hash.update(whole);
  }

  finish(): void {
    if (!this.isOver) this.found('incomplete', null, 'the bundle is cut off behind this line: its end is missing');
  }

  fault(kind: BundleFault['kind'], event: number | null, detail: string): BundleFault {
    return { kind, line: this.line, event, detail };
  }

  verdict(fault: BundleFault | null): BundleVerdict {
    const { from, to, madeAt } = this.header;
    const { events, checkpoints, vouchedUpTo, last } = this;
    const range = { first: events > 0 ? (this.header.anchor?.seq ?? 0) + 1 : 0, last: events > 0 ? last : 0 };
    const signedBy = [...this.signers];
    return { from, to, madeAt, ...range, events, checkpoints, vouchedUpTo, signedBy, ownKeys: this.hasOwnKeys, fault };
  }

  private takeEvent(text: Buffer): void {
    const [suffix, hash, seq] = SUFFIX.exec(text.toString('latin1', text.length - LONGEST_SUFFIX)) ?? [];
    const number = Number(seq);
    if (suffix === undefined || hash === undefined || !Number.isSafeInteger(number))
      return this.found('unreadable', this.last + 1, 'the line begins like an event and does not end like one');
    const bytes = text.subarray(EVENT_PREFIX.length, text.length - suffix.length);
    if (hashOf(bytes) !== hash)
      this.found('altered', number, `event ${number} was altered: it does not have the hash that is written beside it`);
    const event = this.readable(number, () => decodeEvent(bytes, number, hash));
    const [next, fault] = follow(this.chain, event);
    if (fault) this.found(fault.kind, firstWrong(fault), sentenceOf(fault, this.last));
    this.chain = next;
    this.events++;
  }

  private takeOther(text: Buffer): void {
    const value = parsed(text);
    const kind = (value as { kind?: unknown } | undefined)?.kind;
    if (kind === 'checkpoint') return this.takeCheckpoint(this.shaped(checkpointLine, value).checkpoint);
    if (kind === 'enforcement') return void this.shaped(enforcementLine, value);
    if (kind === 'end') return this.takeEnd(this.shaped(bundleEnd, value), text);
    this.found('unreadable', null, 'this line is none that belongs into a bundle');
  }

  private takeCheckpoint(checkpoint: Checkpoint): void {
    this.requireSigned(checkpoint);
    const due = this.last + 1;
    if (checkpoint.seq >= due)
      this.found(
        'missing',
        due,
        `event ${due} is missing: behind ${this.last} stands a checkpoint of ${checkpoint.seq}`,
      );
    if (!isSameChain(checkpoint, this.chain)) {
      const suspects = `${this.vouchedUpTo + 1} to ${checkpoint.seq}`;
      this.found('checkpoint', null, `events ${suspects} are not those that were signed at ${checkpoint.time}`);
    }
    this.checkpoints++;
    this.vouchedUpTo = checkpoint.seq;
  }

  private takeEnd(end: z.infer<typeof bundleEnd>, text: Buffer): void {
    const said = endText(end.lines, end.sha256, end.keyId);
    this.requireKey(end.keyId);
    if (text.toString() !== canonicalJson(end) || !this.keys.isSignedBy(end.keyId, said, end.signature))
      this.found('end', null, 'the end of the bundle is not signed by the key it names');
    if (end.lines !== this.line - 1)
      this.found('end', null, `${end.lines} lines were written, ${this.line - 1} are here`);
    if (end.sha256 !== this.hash.digest('hex'))
      this.found('end', null, 'some line that is no event was altered, or one was put in the place of another');
    this.signers.add(end.keyId);
    this.isOver = true;
    if (this.last < this.header.to)
      this.found('incomplete', this.last + 1, `it was to reach to event ${this.header.to}, and ends at ${this.last}`);
  }

  private requireSigned(checkpoint: Checkpoint): void {
    this.requireKey(checkpoint.keyId);
    if (!isSigned(checkpoint, this.keys))
      this.found('checkpoint', null, `the checkpoint at event ${checkpoint.seq} is not signed by the key it names`);
    this.signers.add(checkpoint.keyId);
  }

  private requireKey(id: string): void {
    if (!this.keys.has(id))
      this.found('unknown-key', null, `this is signed with key ${id}, which is not among those trusted`);
  }

  private shaped<T>(shape: z.ZodType<T>, value: unknown): T {
    const checked = shape.safeParse(value);
    return checked.success
      ? checked.data
      : this.found('unreadable', null, 'this line is none that belongs into a bundle');
  }

  private readable<T>(seq: number, read: () => T): T {
    try {
      return read();
    } catch {
      return this.found('unreadable', seq, `event ${seq} is not one that Heddle wrote`);
    }
  }

  private found(kind: BundleFault['kind'], event: number | null, detail: string): never {
    throw new Found(this.fault(kind, event, detail));
  }
}

const SUFFIX = /,"hash":"([0-9a-f]{64})","kind":"event","seq":([1-9]\d{0,15})\}$/;
const LONGEST_SUFFIX = 160;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
