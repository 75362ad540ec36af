import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** A cell that was heard of. */
@Entity('cell')
export class CellEntity {
  @PrimaryColumn(anyText)
  cell!: string;

  /** JSON: the containers it placed. */
  @Column('text')
  containers!: string;

  /** Whether its receipts name documents of spaces. */
  @Column('boolean', { name: 'names_spaces', default: false })
  namesSpaces!: boolean;

  @Column({ ...sequence, name: 'enforced_up_to' })
  enforcedUpTo!: number;

  /** In ms since 1970, with fractions. */
  @Column('double precision', { name: 'last_receipt_at', nullable: true })
  lastReceiptAt!: number | null;

  /** JSON: how far it has followed the leases of others, `null` while it holds none. */
  @Column('text', { nullable: true })
  leases!: string | null;
}
