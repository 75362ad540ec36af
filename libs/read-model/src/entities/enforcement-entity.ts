import { Column, Entity, PrimaryColumn } from 'typeorm';
import { sequence } from '../sequence';

/** How far a change is enforced. */
@Entity('enforcement')
export class EnforcementEntity {
  @PrimaryColumn(sequence)
  seq!: number;

  @Column('text')
  state!: 'pending' | 'in-force';

  /** In ms since 1970, with fractions. */
  @Column('double precision', { name: 'committed_at_ms' })
  committedAtMs!: number;

  /** JSON: by cell, when it enforced the change in ms since 1970, or `null`. */
  @Column('text')
  cells!: string;

  /** JSON: by cell, how many flows ended with it, or `null`; without the cells where none did. */
  @Column('text', { name: 'flows_cut', default: '{}' })
  flowsCut!: string;
}
