export { openAll, type Opened } from './opened';
export { BackgroundWork } from './background-work';
