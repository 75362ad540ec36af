import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** A lease that stands. */
@Entity('lease')
export class LeaseEntity {
  @PrimaryColumn(anyText)
  cell!: string;

  @Column({ ...anyText, name: 'underlay_address' })
  underlayAddress!: string;

  @Column({ ...anyText, name: 'overlay_subnet' })
  overlaySubnet!: string;

  @Column({ ...anyText, name: 'overlay_hardware_address' })
  overlayHardwareAddress!: string;

  @Column({ ...sequence, name: 'since_seq' })
  sinceSeq!: number;
}
