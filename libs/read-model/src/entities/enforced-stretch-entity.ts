import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** That a cell came past some changes of leases at once. */
@Entity('enforced_stretch')
export class EnforcedStretchEntity {
  @PrimaryColumn({ ...sequence, name: 'last_seq' })
  last!: number;

  @PrimaryColumn(anyText)
  cell!: string;

  @Column({ ...sequence, name: 'first_seq' })
  first!: number;

  /** In ms since 1970, with fractions. */
  @Column('double precision', { name: 'at_ms' })
  atMs!: number;
}
