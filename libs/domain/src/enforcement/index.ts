export * from './enforcement';
export * from './enforcement-book';
