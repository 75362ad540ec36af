import { Entity, PrimaryColumn } from 'typeorm';
import { sequence } from '../sequence';

/** A space that a security group is bound to, for staging or for running. */
@Entity('security_group_space')
export class GroupSpaceEntity {
  @PrimaryColumn('text', { name: 'space_digest' })
  spaceDigest!: string;

  @PrimaryColumn(sequence)
  place!: number;
}
