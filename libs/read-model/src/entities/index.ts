export { CellEntity } from './cell-entity';
export { CursorEntity } from './cursor-entity';
export { EnforcementEntity } from './enforcement-entity';
export { EventAppEntity } from './event-app-entity';
export { EventEntity } from './event-entity';
export { LeaseEntity } from './lease-entity';
export { PolicyEntity } from './policy-entity';
export { TagEntity } from './tag-entity';
