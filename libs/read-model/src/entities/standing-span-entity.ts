import { Column, Entity, PrimaryColumn } from 'typeorm';
import { sequence } from '../sequence';

/** What stands beside policies: see {@link StandingSpanEntity}. */
export type StandingKind = 'tag' | 'lease' | 'group' | 'guardrail';

/** A tag, a lease, a security group or a guardrail as it was, and the changes between which it was so. */
@Entity('standing_span')
export class StandingSpanEntity {
  @PrimaryColumn('text')
  kind!: StandingKind;

  /** The change that made it so. */
  @PrimaryColumn({ ...sequence, name: 'from_seq' })
  fromSeq!: number;

  /** Its place among what the same change made of this kind, from 0. */
  @PrimaryColumn('integer', { name: 'from_index' })
  fromIndex!: number;

  /** The change that ended or altered it, or `STILL`. */
  @Column({ ...sequence, name: 'until_seq' })
  untilSeq!: number;

  /** Of its kind, and the tag, cell, GUID or name that it goes by. */
  @Column('text', { name: 'key_digest' })
  keyDigest!: string;

  /** What it was, as JSON. */
  @Column('text')
  value!: string;
}
