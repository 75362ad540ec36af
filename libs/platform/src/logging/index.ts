export { LOG_LEVELS, type LogLevel } from './levels';
export { createLogger, type Logger } from './logger';
