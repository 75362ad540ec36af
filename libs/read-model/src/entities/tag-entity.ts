import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';

/** A tag in use. */
@Entity('tag')
export class TagEntity {
  @PrimaryColumn('integer')
  tag!: number;

  @Column(anyText)
  app!: string;

  /** What `app` is: `app`, `router`, or another word. */
  @Column(anyText)
  type!: string;
}
