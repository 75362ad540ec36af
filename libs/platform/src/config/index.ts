export { isDebugging } from './debugging';
export { type ConfigurationOf, type Program } from './programs';
export { type Environment, readConfiguration } from './read-configuration';
export { renderConfigurationReference } from './reference-page';
