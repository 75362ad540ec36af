export { encodeInSteps, isPortions, joinInTurns, type Portions } from './portions';
export { jsonPieces } from './json-pieces';
