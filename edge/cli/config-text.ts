// The configuration file that init writes: every key with what it does, the unusual ones as comments.
import type { InitSettings } from './make-edge.ts';

/** Text that `serve` reads. Values are quoted as JSON, which YAML includes. */
export function configText(settings: InitSettings): string {
  const { name, organisation, microsoft, listen, egress } = settings;
  return `# The configuration of an OpenGSA edge. After a change, restart the edge.

# The edge's host name: in its certificate, and in the reason of a refusal.
name: ${quoted(name)}
organisation: ${quoted(organisation)}

listen:
  # Where devices connect, for the tunnel and for the witness. Beyond this machine: 0.0.0.0:8443 or [::]:8443.
  # Behind a load balancer in TCP mode that sends PROXY v2: the device's address is taken from its header, and nobody
  # else is heard there. Then set edges and witness below to the balancer.
  #   tunnel: [{ address: "0.0.0.0:8444", proxyFrom: [10.0.0.5] }]
  tunnel: ${list(listen)}
  # Plain HTTP, for one question: is a captive portal between a device and this edge? It answers GET /generate_204 and
  # nothing else. Devices that are added from then on ask here when no edge answers them.
  # portalCheck: 0.0.0.0:80
  # HTTPS without a client certificate, where devices enrol by themselves with an invitation (opengsa-edge invite).
  # enrollment: 0.0.0.0:8444
  # The administration API in Microsoft Graph's paths: HTTPS with the edge's certificate, for those whom
  # "opengsa-edge admin" gave a token or a certificate. Keep it on this machine or in a network of administrators.
  # administration: 127.0.0.1:8445
  # Plain HTTP, figures for Prometheus at /metrics. Whoever reaches it reads them; they name no device, host or person.
  # metrics: 127.0.0.1:9464
${endpointText(settings)}
# What devices are told of where to enrol, if not the name above and the port there; and how long their certificates
# hold, which they renew by themselves.
# enrollment: { url: "https://enrol.contoso.test", certificateLifetime: 365d }
# Where connections to destinations leave: local addresses of this machine, or null for the system's choice.
egress:
  ipv4: ${quoted(egress.ipv4)}
  ipv6: ${quoted(egress.ipv6)}
# Where a NAT translates them: the addresses that destinations see.
# egressSeen: { ipv4: 198.51.100.5 }

# What Entra ID, Graph, Exchange and SharePoint see, as one decision. Entra ID takes no address from any gateway:
#   anchor  the address of this edge, which you list as a named location there
#   direct  each device's own address; this traffic does not pass the edge
microsoft: ${microsoft}

# What devices may reach: the built-in profile "microsoft", and files with profiles of your own.
profiles: [microsoft]

${classText}

# Ports that devices may reach.
ports: [443, 80]

# Ranges that are not public and may be a device's address all the same, such as a company WAN.
sourceRanges: []

# Refuse a flow whose signed address differs from the one that this edge sees.
strict: false

# Where a destination would be told an address and none is known: allow (it is told nothing and sees this edge) or refuse.
sourceUnknown: allow

# Places that your access policies know. While any has policies, switching signalling off must be confirmed.
namedLocations: []
#  - name: Head office
#    trusted: true
#    ranges: [203.0.113.0/24]
#    policies: [Require head office]

# limits: { sessions: 10000, sessionsPerDevice: 32, flows: 50000, flowsPerDevice: 4096, flowIdleSeconds: 3600,
#           sessionIdleSeconds: 600, connectSeconds: 15, handshakeSeconds: 10, drainSeconds: 10 }

${logText}`;
}

const logText = `log:
  # error, warn, info, debug or silent; on standard error.
  level: info
  # One line per flow. A file, or "-" for standard output; by default flows.jsonl in the state directory.
  # flows: /var/log/opengsa/flows.jsonl
  # Records of flows are kept besides, for questions about them: so long, and so much on disk at most.
  # retentionDays: 30
  # recordsMegabytes: 4096
  # Who collects records besides: traffic (one for each flow) and audit (who changed what, who was refused). A collector
  # that is away gets what it missed when it is back, up to some 15,000 records; what is lost is counted in the figures.
  # exports:
  #   - type: syslog
  #     server: logs.contoso.test:6514
  #     # tls, tcp or udp. ca is the authority of its certificate; without it, those of the system.
  #     transport: tls
  #     ca: collector-ca.crt
  #     facility: local0
  #   - type: otlp
  #     # OpenTelemetry's protocol over HTTP, as JSON.
  #     url: https://collector.contoso.test:4318/v1/logs
  #     # A file for the edge's user alone (0600) with secret headers, such as "Authorization: Bearer TOKEN".
  #     headersFile: collector-headers
  #     compression: gzip
  #     records: [traffic]
`;

const classText = `# How the person's address is told to your own identity providers and apps. The first match wins.
#   proxy-v2  one PROXY protocol v2 header before the first byte; the upstream must expect it, from this edge only,
#             and no entry of another class may name the same upstream
#   forwarded this edge ends TLS for the host, takes every forwarding header of the device away and writes one
#   adfs      as forwarded, with the two headers that AD FS takes from its proxies
#   opaque    nothing is told: the destination sees this edge
#   anchor    as opaque, from a fixed address of this edge (egress); a family without one is not used
#   direct    does not pass the edge
classes: []
#  - match: login.contoso.test
#    class: proxy-v2
#    # Dialled in place of the public address; it may be private.
#    upstream: { address: 10.0.0.5, port: 8443 }
#  - match: app.contoso.test
#    class: forwarded
#    upstream: { address: 10.0.0.6, port: 8443 }
#    # X-Forwarded-For unless you name another: Forwarded, X-Real-IP, ...
#    header: X-Forwarded-For
#    # Whom the upstream must prove to be, and by which authority: the host above and the system's, unless you say
#    # otherwise. "off" is plain HTTP; schemeHeader then tells the application that people speak HTTPS.
#    upstreamTls: { name: app.internal.test, ca: app-ca.pem }
#    # schemeHeader: X-Forwarded-Proto
#    # Shown to people's programs. Without it, this edge issues one that only those take who trust its ca.crt.
#    certificate: { certificate: app.crt, key: app.key }
#  - match: fs.contoso.test
#    class: adfs
#    upstream: { address: 10.0.0.7, port: 443 }
#    certificate: { certificate: fs.crt, key: fs.key }
#  - match: "*.partner.test"
#    class: anchor
#    egress: { ipv4: 198.51.100.6 }`;

function endpointText({ urls, addresses }: InitSettings): string {
  if (urls.length === 0) {
    return `
# What devices use, if not the name and port above.
# edges:
#   - url: https://edge.contoso.test
#     addresses: [192.0.2.1]
# The witness, asked outside the tunnel: one URL per address family, or null.
# witness:
#   ipv4: { url: "https://w4.contoso.test" }
#   ipv6: null
`;
  }
  const edges = urls.map((url) => `  - url: ${quoted(url)}\n    addresses: ${list(addresses)}\n`);
  const [first = ''] = urls;
  return `
# What devices use, in the order of preference. Without addresses, they resolve the name.
edges:
${edges.join('')}# The witness, asked outside the tunnel: one URL per address family, or null.
witness:
  ipv4: ${witnessText(first, addresses, false)}
  ipv6: ${witnessText(first, addresses, true)}
`;
}

/** Where the addresses are known, a family without any has no witness; else DNS decides. */
function witnessText(url: string, addresses: readonly string[], isIpv6: boolean): string {
  const own = addresses.filter((address) => address.includes(':') === isIpv6);
  if (addresses.length > 0 && own.length === 0) return 'null';
  return `{ url: ${quoted(url)}, addresses: ${list(own)} }`;
}

function quoted(text: string | null): string {
  return JSON.stringify(text);
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}
