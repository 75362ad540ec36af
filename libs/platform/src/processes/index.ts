export { endProcess } from './end-process';
export { identifyProcess, isRunning, processIdentitySchema, type ProcessIdentity } from './process-identity';
