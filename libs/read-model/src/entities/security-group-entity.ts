import { Column, Entity, PrimaryColumn } from 'typeorm';
import { anyText } from '../any-text';
import { sequence } from '../sequence';

/** A security group. */
@Entity('security_group')
export class SecurityGroupEntity {
  /** Its place in lists, which it keeps while it is there: made of the change that added it, see {@link placeOf}. */
  @PrimaryColumn(sequence)
  place!: number;

  @Column(anyText)
  guid!: string;

  @Column(anyText)
  name!: string;

  /** JSON. */
  @Column('text')
  rules!: string;

  @Column('boolean', { name: 'staging_default' })
  stagingDefault!: boolean;

  @Column('boolean', { name: 'running_default' })
  runningDefault!: boolean;

  /** JSON: the spaces it is bound to for staging. */
  @Column('text', { name: 'staging_spaces' })
  stagingSpaces!: string;

  /** JSON: the spaces it is bound to for running. */
  @Column('text', { name: 'running_spaces' })
  runningSpaces!: string;
}

/** A change adds fewer groups than this; sequences stay far below 2^33, so that places stay below 2^53. */
const GROUPS_PER_CHANGE = 2 ** 20;

/** The place of the group that a change added with this index, from 0: higher than those of all earlier changes. */
export function placeOf(seq: number, index: number): number {
  return seq * GROUPS_PER_CHANGE + index;
}
