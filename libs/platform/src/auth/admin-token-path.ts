import { join } from 'node:path';

/** Where the token of the administrator lies: one line. */
export function adminTokenPath(dataDir: string): string {
  return join(dataDir, 'admin.token');
}
