export { openAll, type Opened } from './opened';
export { BackgroundWork } from './background-work';
export { inTurns, Pace, soonest, takeInTurns } from './in-turns';
export { Waiters } from './waiters';
