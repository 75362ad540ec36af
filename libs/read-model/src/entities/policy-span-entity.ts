import type { Protocol } from '@heddle/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** A policy, and the changes between which it stood as it was: with this end, or with none. */
@Entity('policy_span')
export class PolicySpanEntity {
  /** The change that added it, or moved its end. */
  @PrimaryColumn({ ...sequence, name: 'from_seq' })
  fromSeq!: number;

  /** Its place among the policies of the same change, from 0. */
  @PrimaryColumn('integer', { name: 'from_index' })
  fromIndex!: number;

  /** The change that removed it or moved its end, or `STILL`. */
  @Column({ ...sequence, name: 'until_seq' })
  untilSeq!: number;

  /** Of source and destination together. */
  @Column('text', { name: 'pair_digest' })
  pairDigest!: string;

  @Column(anyText)
  source!: string;

  @Column(anyText)
  destination!: string;

  @Column('text')
  protocol!: Protocol;

  @Column('integer', { name: 'start_port' })
  start!: number;

  @Column('integer', { name: 'end_port' })
  end!: number;

  /** When it closes by itself, in ms since 1970; `null` when it does not. */
  @Column({ ...sequence, name: 'expires_ms', nullable: true })
  expiresMs!: number | null;
}
