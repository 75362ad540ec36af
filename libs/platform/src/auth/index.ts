export { ensureAdminToken } from './admin-token';
export { adminTokenPath } from './admin-token-path';
export { Forbidden, type Identity, requireScope, Unauthenticated } from './identity';
export { Revocations } from './revocations';
export { ensureKeyRing, type KeyRing, type PublicKey, PublicKeys } from './key-ring';
export { ensureSigningKey, readSigningKey, type SigningKey } from './signing-key';
export { signToken, type VerifiedToken, verifyToken } from './token';
export { type IssuedToken, type TokenRequest, TokenStore } from './token-store';
