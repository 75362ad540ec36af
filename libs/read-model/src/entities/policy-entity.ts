import type { Protocol } from '@heddle/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** A policy that is in force, and where in the log it was added. */
@Entity('policy')
export class PolicyEntity {
  /** Of source, destination, protocol and ports together: no two policies are the same. */
  @PrimaryColumn('text')
  digest!: string;

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

  @Column({ ...sequence, name: 'added_seq' })
  addedSeq!: number;

  /** Its place among the policies that the same change added, from 0. */
  @Column('integer', { name: 'added_index' })
  addedIndex!: number;
}
