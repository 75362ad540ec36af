export { adminTokenPath, ensureAdminToken } from './admin-token';
export { Forbidden, type Identity, requireScope, Unauthenticated } from './identity';
export { ensureSigningKey, type SigningKey } from './signing-key';
export { signToken, type VerifiedToken, verifyToken } from './token';
