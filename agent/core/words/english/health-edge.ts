// The words of the checks of the way to the edge, in English.

const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
const noEdge = 'no edge is known';
const inspected =
  'ask your administrator whether the network inspects TLS or the device must be enrolled again';

const witness = (family: keyof typeof familyNames) => ({
  title: `The witness answers over ${familyNames[family]}`,
  why: 'It proves the public address that sign-ins are to show.',
  noWitness: `the enrolment names no witness for ${familyNames[family]}`,
  noFamily: `this network has no ${familyNames[family]}`,
  notAsked: (host: string) => `${host} was not asked yet`,
  saw: (host: string, address: string) => `${host} saw ${address}`,
  sawNone: (host: string) => `${host} saw no address`,
  open: (host: string) =>
    `see that ${host} is open from here outside the tunnel, then "opengsa egress --refresh"`,
});

const address = (family: keyof typeof familyNames) => ({
  title: `The public ${familyNames[family]} address is proven`,
  why: 'An address that is not proven is not passed on: sign-ins then show the edge.',
  noFamily: `this network has no ${familyNames[family]}`,
  probable: (text: string) => `${text} is probable`,
  askForWitness: 'a witness would confirm it: ask your administrator',
  disagreement: (addresses: string) => `sources disagree: ${addresses}`,
  severalUplinks: 'the network leaves by several addresses; "opengsa egress" shows who saw which',
  nobodyAsked: `nobody is asked over ${familyNames[family]}`,
  detecting: 'detecting',
  stale: 'stale',
  unknown: 'unknown',
});

export const edgeHealth = {
  'edge-name': {
    title: 'The name of the edge has an address',
    why: 'Without an address there is nothing to connect to.',
    noEdge,
    fromEnrolment: (addresses: string) => `${addresses} (from the enrolment)`,
    remedy: 'ask your administrator for the name of the edge, and see that the name servers know it',
  },
  'edge-reachable': {
    title: 'The edge answers',
    why: 'Sign-ins and everything else that is forwarded go through it.',
    noEdge,
    reached: (edge: string, ms: number, protocol: string) => `${edge} in ${ms} ms, ${protocol}`,
    somethingElse: `something else answers there, or it shows a certificate of another authority: ${inspected}`,
    closed: 'see that the edge runs, and that no firewall between closes its port',
  },
  clock: {
    title: 'The clock agrees with the edge',
    why: 'Certificates and proofs of the address hold for minutes: a wrong clock makes them void.',
    notTold: 'no edge told its time',
    agrees: (edge: string) => `within 2 s of ${edge}`,
    ahead: (seconds: number, edge: string) => `${seconds} s ahead of ${edge}`,
    behind: (seconds: number, edge: string) => `${seconds} s behind ${edge}`,
    set: 'set the clock: sudo timedatectl set-ntp true; if it is right, the clock of the edge is wrong',
  },
  tunnel: {
    title: 'The tunnel is up',
    why: 'While it is down, each rule says whether its traffic waits, is refused or goes directly.',
    to: (edge: string) => `to ${edge}`,
    notEnrolled: 'the device is not enrolled',
    offByUser: 'switched off by you',
    offByOrganisation: 'switched off by your organisation',
    askAdministrator: 'ask your administrator',
    /** @param until ISO 8601 */
    paused: (until: string) => `paused until ${until}`,
    connecting: (attempt: number) => `connecting, attempt ${attempt}`,
    again: 'run "opengsa health" again in a few seconds',
    unreachable: 'opengsa connect tries at once; see the log of the edge for a refusal',
    refused:
      'ask your administrator whether the device is listed and not revoked: "opengsa-edge devices list"',
    untrusted: inspected,
    signIn: 'sign in',
    held: 'the network lets nothing through',
  },
  'edge-view': {
    title: 'The edge tells what it does',
    why: 'From this the client knows which address each service will see.',
    known: 'known and kept up to date',
    foreign: 'the edge is another product and tells nothing',
    nothingToMend: 'nothing needs mending; "opengsa seen-as" cannot predict addresses with such an edge',
    notTold: 'not told yet',
    noTunnel: 'the tunnel is not up',
  },
  'witness-ipv4': witness('ipv4'),
  'witness-ipv6': witness('ipv6'),
  'address-ipv4': address('ipv4'),
  'address-ipv6': address('ipv6'),
  signaling: {
    title: 'Addresses are passed on',
    why: 'While signalling is off, services that read the address you have see the edge instead.',
    foreign: 'the edge is another product and tells nothing',
    on: 'signalling is on',
    off: 'signalling is switched off at the edge',
    askOrSwitch:
      'ask your administrator whether that is meant; "opengsa-edge signaling enable" switches it on',
    notTold: 'not told yet',
  },
  'one-address': {
    title: 'One tenant sees one address',
    why: 'Where sign-in and Exchange, SharePoint or Graph see different addresses, Entra ID shortens tokens or blocks.',
    none: 'there is no Microsoft profile, or all of it is blocked',
    notKnown: (services: string) => `what ${services} will see is not known`,
  },
};
