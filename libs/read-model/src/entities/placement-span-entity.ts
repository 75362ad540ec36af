import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** A container as its cell reported it, and from when until when it was so. Unlike the spans of the log these go with time. */
@Entity('placement_span')
export class PlacementSpanEntity {
  /** The place of the report that told of it first among the reports of all cells. */
  @PrimaryColumn({ ...sequence, name: 'from_position' })
  fromSeq!: number;

  /** Its place among what the same report told first, from 0. */
  @PrimaryColumn('integer', { name: 'from_index' })
  fromIndex!: number;

  /** When that report was stored; in ms since 1970, with fractions, by the clock of the nats-server. */
  @Column('double precision', { name: 'from_ms' })
  fromMs!: number;

  /** When the first one was stored that told otherwise, or `STILL`. */
  @Column('double precision', { name: 'until_ms' })
  untilMs!: number;

  @Column(anyText)
  cell!: string;

  @Column({ ...anyText, nullable: true })
  app!: string | null;

  @Column(anyText)
  handle!: string;

  /** Everything that was told of it, as JSON. */
  @Column('text')
  container!: string;
}
