import { Column, Entity, PrimaryColumn } from 'typeorm';
import { sequence } from '../sequence';

/** How far a stream is folded into these tables. */
@Entity('cursor')
export class CursorEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column(sequence)
  position!: number;
}
