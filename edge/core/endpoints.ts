// Where devices find this edge and its witness: as configured, else as it listens.
import { parseAddress } from '../../protocol/address.ts';
import type { DeviceBundle, EdgeEndpoint } from '../../protocol/device-bundle.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { portalCheckPath } from '../../protocol/portal-check.ts';
import { hostOfUrl } from '../../protocol/destination.ts';

type Listener = { readonly address: string; readonly port: number };

export type EndpointSettings = {
  readonly name: string;
  readonly edges?: readonly Readonly<EdgeEndpoint>[] | undefined;
  readonly witness?: DeviceBundle['witness'] | undefined;
  readonly portalCheck?: DeviceBundle['portalCheck'] | undefined;
  readonly enrollment?:
    { readonly url?: string | undefined; readonly addresses?: string[] | undefined } | undefined;
};

export type Endpoints = Pick<DeviceBundle, 'edges' | 'witness' | 'portalCheck'>;

/** Where the edge listens; port 0 where that is not known because the edge does not run. */
export type Listeners = {
  readonly tunnel: readonly Listener[];
  /** Null: captive portals are not told. */
  readonly portalCheck: Listener | null;
};

/** @throws OpenGsaError `edge-not-running` where an endpoint depends on a port that is not known */
export function publicEndpoints(settings: EndpointSettings, { tunnel, portalCheck }: Listeners): Endpoints {
  const [first] = tunnel;
  if (first === undefined) throw new OpenGsaError('internal', 'an edge without listeners');
  return {
    edges: settings.edges === undefined ? [listening(settings.name, first, 'tunnel')] : [...settings.edges],
    witness: {
      ...(settings.witness ?? {
        ipv4: witnessOf(settings.name, tunnel, (address) => address === '::' || !address.includes(':')),
        ipv6: witnessOf(settings.name, tunnel, (address) => address.includes(':')),
      }),
      issuer: witnessIssuer(settings.name),
    },
    ...portalCheckOf(settings, portalCheck),
  };
}

function portalCheckOf(
  { name, portalCheck }: EndpointSettings,
  listener: Listener | null,
): Pick<Endpoints, 'portalCheck'> {
  if (portalCheck !== undefined) return { portalCheck };
  if (listener === null) return {};
  const { addresses } = listening(name, listener, 'portalCheck');
  const port = listener.port === 80 ? '' : `:${listener.port}`;
  const url = `http://${name}${port}${portalCheckPath}`;
  return { portalCheck: addresses === undefined ? { url } : { url, addresses } };
}

/**
 * @param listener where devices enrol; null: nowhere
 * @throws OpenGsaError `bad-config` where they cannot, `edge-not-running` where its port is not known
 */
export function enrollmentEndpoint(
  { name, enrollment }: Pick<EndpointSettings, 'name' | 'enrollment'>,
  listener: Listener | null,
): EdgeEndpoint {
  const { url, addresses } = enrollment ?? {};
  if (url !== undefined) return addresses === undefined ? { url } : { url, addresses };
  if (listener === null) {
    throw new OpenGsaError(
      'bad-config',
      'listen.enrollment: is not set, so no device could use an invitation; set it (0.0.0.0:8444) and restart the edge',
    );
  }
  const own = listening(name, listener, 'enrollment');
  return addresses === undefined ? own : { ...own, addresses };
}

/** The hosts of all configured URLs, each once, IPv6 without brackets: what devices expect in the certificate. */
export function publicHosts({ edges = [], witness, enrollment }: Omit<EndpointSettings, 'name'>): string[] {
  const urls = [...edges, witness?.ipv4, witness?.ipv6, enrollment].map((endpoint) => endpoint?.url);
  const hosts = urls.flatMap((url) => (url === undefined ? [] : [hostOfUrl(new URL(url))]));
  return [...new Set(hosts)];
}

/** The `iss` of an edge's statements; devices and edges compare it letter by letter. */
export function witnessIssuer(name: string): string {
  return `https://${name}`;
}

function witnessOf(
  name: string,
  listeners: readonly Listener[],
  serves: (address: string) => boolean,
): EdgeEndpoint | null {
  const listener = listeners.find(({ address }) => serves(address));
  return listener === undefined ? null : listening(name, listener, 'tunnel');
}

/** What is set where devices shall not be told the listener itself. */
const publicSettings = {
  tunnel: 'edges and witness',
  portalCheck: 'portalCheck',
  enrollment: 'enrollment.url',
} as const;

/** A wildcard is no address to dial: devices resolve the name then. */
function listening(
  name: string,
  { address, port }: Listener,
  setting: keyof typeof publicSettings,
): EdgeEndpoint {
  if (port === 0) {
    throw new OpenGsaError(
      'edge-not-running',
      `listen.${setting} has port 0, which the system chooses at each start: start the edge first, or set ${publicSettings[setting]}`,
    );
  }
  const isWildcard = parseAddress(address)?.bytes.every((byte) => byte === 0) ?? true;
  const url = port === 443 ? `https://${name}` : `https://${name}:${port}`;
  return isWildcard ? { url } : { url, addresses: [address] };
}
