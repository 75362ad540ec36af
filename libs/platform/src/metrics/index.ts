export { createMetrics, type MetricsOptions } from './metrics';
