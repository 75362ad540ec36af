import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** The lease that an event is about. */
@Entity('event_lease')
export class EventLeaseEntity {
  @PrimaryColumn(sequence)
  seq!: number;

  @Column(anyText)
  cell!: string;

  @Column({ ...anyText, name: 'overlay_subnet' })
  overlaySubnet!: string;
}
