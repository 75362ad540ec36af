export { AgentClient, type AgentContainer, type CellCheck, type ContainerToAdd } from './agent-client';
export { listContainers, removeContainer, runContainer, type LabContainer, type LabRun } from './lab-containers';
export { readLab, socketPath, writeLab, type LabCell, type LabRecord } from './lab-directory';
export { whyNoLab } from './lab-possible';
export { processesIn } from './namespace';
export { relayNats, type NatsRelay } from './nats-relay';
export { removeLab } from './remove-lab';
export { cellAddress, hostAddress, makeCell, makeUnderlay } from './underlay';
