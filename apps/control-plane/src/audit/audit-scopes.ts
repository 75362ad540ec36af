import { ADMIN_SCOPE } from '../access/access-control';

/** Who may look at all that proves something. */
export const MAY_AUDIT = [ADMIN_SCOPE] as const;
