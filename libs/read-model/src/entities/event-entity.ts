import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Topic } from '@heddle/event-log';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** An event, complete: with the log lost, this is what it can be checked against and made anew from. */
@Entity('event')
export class EventEntity {
  @PrimaryColumn(sequence)
  seq!: number;

  @Column(anyText)
  id!: string;

  @Column('text')
  topic!: Topic;

  @Column(anyText)
  type!: string;

  /** As the event says it; its hash covers the spelling. */
  @Column(anyText)
  time!: string;

  /** The same time in ms since 1970, for comparing. */
  @Column({ ...sequence, name: 'time_ms' })
  timeMs!: number;

  @Column({ ...anyText, name: 'actor_name' })
  actorName!: string;

  @Column({ ...anyText, name: 'actor_user_id', nullable: true })
  actorUserId!: string | null;

  @Column({ ...anyText, name: 'actor_client_id', nullable: true })
  actorClientId!: string | null;

  @Column({ ...anyText, nullable: true })
  reason!: string | null;

  @Column({ ...anyText, nullable: true })
  address!: string | null;

  @Column({ ...anyText, name: 'correlation_id' })
  correlationId!: string;

  @Column('text', { name: 'previous_hash' })
  previousHash!: string;

  @Column('text')
  hash!: string;

  /** JSON; `null` for an event without data. */
  @Column('text', { nullable: true })
  data!: string | null;
}
