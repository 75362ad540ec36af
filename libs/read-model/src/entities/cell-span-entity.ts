import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** From when until when a cell had said what it holds, and by which settings its rules are made. See {@link PlacementSpanEntity}. */
@Entity('cell_span')
export class CellSpanEntity {
  @PrimaryColumn({ ...sequence, name: 'from_position' })
  fromSeq!: number;

  @PrimaryColumn(anyText)
  cell!: string;

  @Column('double precision', { name: 'from_ms' })
  fromMs!: number;

  @Column('double precision', { name: 'until_ms' })
  untilMs!: number;

  /** As JSON; `null` where it said nothing of them. */
  @Column('text', { nullable: true })
  settings!: string | null;
}
