import { Entity, PrimaryColumn } from 'typeorm';
import { sequence } from '../sequence';

/** An app that an event concerns. */
@Entity('event_app')
export class EventAppEntity {
  @PrimaryColumn('text', { name: 'app_digest' })
  appDigest!: string;

  @PrimaryColumn(sequence)
  seq!: number;
}
