export { encodeInSteps, isPortions, joinInTurns, type Portions } from './portions';
export { isSmall, jsonPieces } from './json-pieces';
