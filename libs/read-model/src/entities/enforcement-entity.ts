import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
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

  /** Of a change of a lease, whose that is; `null` of others, and of those from before cells were counted by stretches. */
  @Column({ ...anyText, name: 'lease_cell', nullable: true })
  leaseCell!: string | null;

  /** The newest change of a lease when the last cell came past this one. */
  @Column({ ...sequence, name: 'passed_by', nullable: true })
  passedBy!: number | null;
}
