// The health checks by their groups. Apart from the schemas, which a page does not load.
/** Every check by its group, in the order in which they depend on each other: mend the first failure first. */
export const healthChecks = {
  device: [
    'agent-running',
    'agent-crashes',
    'enrolled',
    'certificate-valid',
    'profiles',
    'microsoft-profile',
    'named-locations',
  ],
  network: ['default-route', 'internet', 'name-servers', 'ipv6'],
  edge: [
    ...(['edge-name', 'edge-reachable', 'clock', 'tunnel', 'edge-view'] as const),
    ...(['witness-ipv4', 'witness-ipv6', 'address-ipv4', 'address-ipv6'] as const),
    ...(['signaling', 'one-address'] as const),
  ],
  capture: ['http-proxy', 'socks5', 'pac', 'system-proxy'],
  browsers: [
    ...(['doh-chrome', 'doh-chromium', 'doh-edge', 'doh-firefox'] as const),
    ...(['public-name-server', 'dns-over-tls', 'quic'] as const),
  ],
  transparent: [
    ...(['capture-system', 'capture-account', 'capture-capability', 'capture-nft'] as const),
    ...(['foreign-notrack', 'foreign-port-53', 'rp-filter', 'synthetic-range', 'guard-table'] as const),
    ...(['capture-running', 'synthetic-address'] as const),
  ],
} as const;

export type HealthGroup = keyof typeof healthChecks;
export type HealthCheckId = (typeof healthChecks)[HealthGroup][number];

export const healthGroups = Object.keys(healthChecks) as readonly HealthGroup[];
export const healthCheckIds: readonly HealthCheckId[] = healthGroups.flatMap((group) => healthChecks[group]);
