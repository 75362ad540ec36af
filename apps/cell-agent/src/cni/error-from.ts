import { messageOf, UserError, type Logger } from '@heddle/platform';
import { z, ZodError } from 'zod';
import { AddressesExhausted } from '../address-pool';
import { CniCode, CniError } from './cni-error';

/** An error of the CNI specification. */
interface CniProblem {
  readonly cniVersion: string;
  readonly code: number;
  readonly msg: string;
  readonly details?: string;
}

/** In which variable of the environment a runtime says what a schema here has another name for. */
const VARIABLES: Readonly<Record<string, string>> = {
  command: 'CNI_COMMAND',
  containerId: 'CNI_CONTAINERID',
  handle: 'CNI_CONTAINERID',
  netns: 'CNI_NETNS',
  ifname: 'CNI_IFNAME',
  containerInterface: 'CNI_IFNAME',
  args: 'CNI_ARGS',
};

/** Where no version can be read, there is none that the runtime is known to understand; this one is the most common. */
const USUAL_VERSION = '1.0.0';
const versioned = z.object({ config: z.object({ cniVersion: z.string() }) });

/** What the runtime is told when something was not done. What it cannot mend is logged as well. */
export function errorFrom(error: unknown, asked: unknown, logger: Logger): CniProblem {
  const cniVersion = versioned.safeParse(asked).data?.config.cniVersion ?? USUAL_VERSION;
  const { number: code, message: msg, details } = asCniError(error, logger);
  return { cniVersion, code, msg, ...(details === undefined ? {} : { details }) };
}

function asCniError(error: unknown, logger: Logger): CniError {
  if (error instanceof CniError) return error;
  if (error instanceof ZodError) return fromSchema(error);
  if (error instanceof AddressesExhausted)
    // Cloud Foundry's operators search for the words of host-local.
    return new CniError(CniCode.addressesExhausted, error.message, 'no IP addresses available in range set');
  if (error instanceof UserError) {
    const codes: Readonly<Record<string, number>> = {
      'no-lease': CniCode.tryAgainLater,
      'handle-taken': CniCode.handleTaken,
    };
    return new CniError(codes[error.code] ?? CniCode.failed, error.message);
  }
  logger.error({ error: messageOf(error) }, 'what a container runtime asked for failed');
  return new CniError(CniCode.failed, messageOf(error));
}

function fromSchema({ issues: [issue] }: ZodError): CniError {
  const [first = '', ...rest] = issue?.path.map(String) ?? [];
  const variable = VARIABLES[first];
  if (variable) return new CniError(CniCode.invalidEnvironment, `${variable}: ${issue?.message}`);
  const member = first === 'config' ? rest.join('.') : [first, ...rest].join('.');
  const code = member === 'cniVersion' ? CniCode.incompatibleVersion : CniCode.invalidConfig;
  return new CniError(code, `${member || 'the configuration'}: ${issue?.message}`);
}
