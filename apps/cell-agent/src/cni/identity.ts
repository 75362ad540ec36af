import type { ContainerRequest } from '../container';
import { CniCode, CniError } from './cni-error';
import type { AddInvocation } from './invocation';

/** Who a container is. */
export type Identity = Pick<ContainerRequest, 'app' | 'index' | 'space' | 'org' | 'ports' | 'workload' | 'logConfig'>;

type Named = NonNullable<AddInvocation['config']['runtimeConfig']['heddle']>;

const NOBODY: Identity = { app: null, index: 0, space: null, org: null, ports: [], workload: null, logConfig: null };

/** How members of an identity are called among labels and annotations that are about other things as well. */
const LABEL_PREFIX = 'heddle/';
const ARGUMENT_PREFIX = 'HEDDLE_';

/**
 * Who the container is: what the first of these says that names an app. The capability `heddle`, `CNI_ARGS`, the metadata of
 * Cloud Foundry, the annotations of a pod, the labels of the network's own `args`. Where none does, it is nobody.
 * @throws {CniError} when what names the app says something else that cannot be.
 */
export function identityOf({ config, args }: AddInvocation): Identity {
  const { runtimeConfig } = config;
  const labels = config.args?.cni.labels.map(({ key, value }) => [key, value] as const) ?? [];
  const annotations = Object.entries(runtimeConfig['io.kubernetes.cri.pod-annotations'] ?? {});
  const sources: readonly (() => Identity)[] = [
    () => fromNames(runtimeConfig.heddle ?? {}),
    () => fromNames(withPrefix(ARGUMENT_PREFIX, argumentsIn(args))),
    () => fromCloudFoundry(config.metadata ?? {}),
    () => fromNames(withPrefix(LABEL_PREFIX, annotations)),
    () => fromNames(withPrefix(LABEL_PREFIX, labels)),
  ];
  for (const source of sources) {
    const identity = source();
    if (identity.app !== null) return identity;
  }
  return NOBODY;
}

/** What runs in a container is an app, unless it is said to be something else. */
function fromNames({ app, index, space, org, workload }: Named): Identity {
  const names = { app: app ?? null, index: index ?? 0, space: space ?? null, org: org ?? null };
  return { ...NOBODY, ...names, workload: workload ?? (app ? 'app' : null) };
}

function fromCloudFoundry(metadata: NonNullable<AddInvocation['config']['metadata']>): Identity {
  return {
    app: metadata.policy_group_id || metadata.app_id || null,
    index: indexIn(metadata.log_config),
    space: metadata.space_id || null,
    org: metadata.org_id || null,
    ports: portsIn(metadata.ports ?? ''),
    workload: metadata.container_workload || null,
    logConfig: metadata.log_config || null,
  };
}

/** Which instance it is, Cloud Foundry says for its logs alone; how they are named is no reason not to start a container. */
function indexIn(logConfig = '{}'): number {
  try {
    const { index } = JSON.parse(logConfig) as { index?: unknown };
    return Number.isInteger(Number(index)) && Number(index) >= 0 ? Number(index) : 0;
  } catch {
    return 0;
  }
}

function portsIn(list: string): number[] {
  const ports = list.split(',').map((port) => port.trim());
  return ports.filter(Boolean).map((port) => {
    const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
    if (number >= 1 && number <= 65_535) return number;
    throw new CniError(CniCode.invalidConfig, `metadata.ports: '${port}' is no port: give numbers from 1 to 65535`);
  });
}

/** `A=1;B=2`, as the specification has it. */
function argumentsIn(args: string): [string, string][] {
  return args.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
  });
}

function withPrefix(prefix: string, pairs: readonly (readonly [string, string])[]): Named {
  const found = new Map(
    pairs.flatMap(([key, value]) =>
      key.startsWith(prefix) && value ? [[key.slice(prefix.length).toLowerCase(), value]] : [],
    ),
  );
  const index = Number(found.get('index') ?? 0);
  if (!Number.isInteger(index) || index < 0)
    throw new CniError(CniCode.invalidConfig, `${prefix}index: '${found.get('index')}' is no number of an instance`);
  return {
    ...{ app: found.get('app'), index, space: found.get('space'), org: found.get('org') },
    workload: found.get('workload'),
  };
}
