export { concernOfApps, concernOfLease, type Concern } from './concern';
export * from './enforcement';
export * from './enforcement-book';
export { exposureWindow, type ExposureWindow } from './exposure';
