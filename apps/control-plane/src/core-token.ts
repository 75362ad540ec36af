/** Under this token controllers get everything behind the HTTP server. */
export const CORE = Symbol('core');
