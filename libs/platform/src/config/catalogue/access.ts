import { z } from 'zod';
import { filePath, oneOf, type Setting, urlOf } from '../setting';

/** Whom the control plane asks who somebody is, and what they may do. */
export const accessSettings = {
  uaaUrl: {
    env: 'HEDDLE_UAA_URL',
    description:
      "Cloud Foundry's UAA, which then says whose every token is. Without it only tokens made by Heddle itself are accepted.",
    ...urlOf(['https:', 'http:']),
  },
  uaaClient: {
    env: 'HEDDLE_UAA_CLIENT',
    description: 'The client Heddle is at UAA; it needs uaa.resource and cloud_controller.admin_read_only.',
    default: 'network-policy',
    expects: 'a name',
    schema: z.string().min(1),
  },
  uaaClientSecret: {
    env: 'HEDDLE_UAA_CLIENT_SECRET',
    description: 'The secret of `HEDDLE_UAA_CLIENT`.',
    isSecret: true,
    expects: 'a secret',
    schema: z.string().min(1),
  },
  uaaCa: {
    env: 'HEDDLE_UAA_CA',
    description: 'A file with the certificates UAA is trusted by, in PEM. Without it those of Node count.',
    ...filePath,
  },
  uaaVerify: {
    env: 'HEDDLE_UAA_VERIFY',
    description:
      'How tokens are checked: `remote` asks UAA about each, `local` checks its signature with the keys UAA publishes, which goes on while UAA is away but does not hear of revoked tokens.',
    default: 'remote',
    ...oneOf(['remote', 'local']),
  },
  uaaIssuer: {
    env: 'HEDDLE_UAA_ISSUER',
    description:
      'Who must have issued a token that is checked locally, as its claim `iss` says. Without it `<HEDDLE_UAA_URL>/oauth/token`.',
    expects: 'a URL as UAA writes it into tokens',
    schema: z.string().min(1),
  },
  ccUrl: {
    env: 'HEDDLE_CC_URL',
    description:
      'The Cloud Controller, which says which apps there are and who develops them. Without it only administrators may change and see policies.',
    ...urlOf(['https:', 'http:']),
  },
  ccCa: {
    env: 'HEDDLE_CC_CA',
    description:
      'A file with the certificates the Cloud Controller is trusted by, in PEM. Without it those of Node count.',
    ...filePath,
  },
} as const satisfies Record<string, Setting<unknown>>;
