// Health of the way to the edge: its name, its door, the tunnel, and what its witness says.
import type { Family } from '../../protocol/address.ts';
import { assertNever } from '../../protocol/error.ts';
import { check, failed, notApplicable, ok, unknown, type Verdict, warning } from './health-check.ts';
import type { AgentFacts, EdgeFacts } from './health-facts.ts';

/** Statements of the witness live 300 s at most and begin when its clock says. */
const clockFailsMs = 60_000;
const clockWarnsMs = 10_000;

const familyNames: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

export const edgeChecks = {
  'edge-name': check({
    title: 'The name of the edge has an address',
    why: 'Without an address there is nothing to connect to.',
    needs: ['edges'],
    after: ['enrolled'],
    judge: ({ edges }) =>
      judgeEdges(
        edges,
        ({ name }) => (name.kind === 'fault' ? name.fault : null),
        (edge) => `${edge.edge} ${addressesOf(edge)}`,
        'ask your administrator for the name of the edge, and see that the name servers know it',
      ),
  }),
  'edge-reachable': check({
    title: 'The edge answers',
    why: 'Sign-ins and everything else that is forwarded go through it.',
    needs: ['edges'],
    after: ['enrolled', 'edge-name'],
    judge: ({ edges }) =>
      judgeEdges(
        edges,
        ({ path }) => (path.kind === 'fault' ? path.fault : null),
        ({ edge, path }) =>
          path.kind === 'fault' ? edge : `${edge} in ${Math.round(path.ms)} ms, ${path.protocol}`,
        edges.every(({ path }) => path.kind === 'fault' && path.step === 'handshake')
          ? 'something else answers there, or it shows a certificate of another authority: ask your administrator whether the network inspects TLS or the device must be enrolled again'
          : 'see that the edge runs, and that no firewall between closes its port',
      ),
  }),
  clock: check({
    title: 'The clock agrees with the edge',
    why: 'Certificates and proofs of the address hold for minutes: a wrong clock makes them void.',
    needs: ['edges'],
    after: ['enrolled', 'edge-name', 'edge-reachable'],
    judge: ({ edges }) => {
      const told = edges.find(({ aheadMs }) => aheadMs !== null);
      if (told === undefined || told.aheadMs === null) return unknown('no edge told its time');
      const off = Math.abs(told.aheadMs);
      // A Date header has whole seconds.
      if (off < 2_000) return ok(`within 2 s of ${told.edge}`);
      const measured = `${Math.round(off / 1000)} s ${told.aheadMs > 0 ? 'ahead of' : 'behind'} ${told.edge}`;
      const remedy =
        'set the clock: sudo timedatectl set-ntp true; if it is right, the clock of the edge is wrong';
      if (off > clockFailsMs) return failed(measured, remedy);
      return off > clockWarnsMs ? warning(measured, remedy) : ok(measured);
    },
  }),
  tunnel: check({
    title: 'The tunnel is up',
    why: 'While it is down, each rule says whether its traffic waits, is refused or goes directly.',
    needs: ['status'],
    after: ['enrolled', 'certificate-valid', 'internet', 'edge-name', 'edge-reachable', 'clock'],
    judge: ({ status }) => judgeTunnel(status),
  }),
  'edge-view': check({
    title: 'The edge tells what it does',
    why: 'From this the client knows which address each service will see.',
    needs: ['status'],
    after: ['enrolled', 'certificate-valid', 'internet', 'edge-name', 'edge-reachable', 'clock', 'tunnel'],
    judge: ({ status: { view, status } }) => {
      if (view === 'known') return ok('known and kept up to date');
      if (view === 'foreign')
        return warning(
          'the edge is another product and tells nothing',
          'nothing needs mending; "opengsa seen-as" cannot predict addresses with such an edge',
        );
      return unknown(status.connection.kind === 'connected' ? 'not told yet' : 'the tunnel is not up');
    },
  }),
  'witness-ipv4': witnessCheck('ipv4'),
  'witness-ipv6': witnessCheck('ipv6'),
  'address-ipv4': addressCheck('ipv4'),
  'address-ipv6': addressCheck('ipv6'),
} as const;

/** One edge that does is enough; one of several that does not is worth a look. */
function judgeEdges(
  edges: readonly EdgeFacts[],
  faultOf: (edge: EdgeFacts) => string | null,
  words: (edge: EdgeFacts) => string,
  remedy: string,
): Verdict {
  const faults = edges.flatMap((edge) => {
    const fault = faultOf(edge);
    return fault === null ? [] : [`${edge.edge}: ${fault}`];
  });
  const good = edges.filter((edge) => faultOf(edge) === null).map(words);
  if (edges.length === 0) return notApplicable('no edge is known');
  if (faults.length === 0) return ok(good.join(', '));
  return good.length === 0
    ? failed(faults.join('; '), remedy)
    : warning([...faults, ...good].join('; '), remedy);
}

function addressesOf({ name }: EdgeFacts): string {
  if (name.kind === 'fault') return '';
  return `${name.addresses.join(', ')}${name.kind === 'listed' ? ' (from the enrolment)' : ''}`;
}

function judgeTunnel({ status: { connection, channels } }: AgentFacts): Verdict {
  switch (connection.kind) {
    case 'connected': {
      const channel = channels.find(({ state }) => state === 'up');
      const latency = channel?.latencyMs;
      return ok(
        [
          `to ${connection.edge}`,
          ...(channel === undefined || channel.protocol === null ? [] : [channel.protocol]),
          ...(latency === undefined || latency === null ? [] : [`${Math.round(latency)} ms`]),
        ].join(', '),
      );
    }
    case 'not-enrolled':
      return notApplicable('the device is not enrolled');
    case 'disabled':
      return warning(
        `switched off by ${connection.by === 'user' ? 'you' : 'your organisation'}`,
        connection.by === 'user' ? 'opengsa connect' : 'ask your administrator',
      );
    case 'paused':
      return warning(`paused until ${connection.until}`, 'opengsa resume');
    case 'connecting':
      return warning(
        `connecting, attempt ${connection.attempt}`,
        'run "opengsa health" again in a few seconds',
      );
    case 'edge-unreachable':
      return failed(connection.cause, 'opengsa connect tries at once; see the log of the edge for a refusal');
    case 'device-refused':
      return failed(
        connection.cause,
        'ask your administrator whether the device is listed and not revoked: "opengsa-edge devices list"',
      );
    case 'edge-untrusted':
      return failed(
        connection.cause,
        'ask your administrator whether the network inspects TLS or the device must be enrolled again',
      );
    case 'sign-in-needed':
      return failed(connection.cause, 'sign in');
    case 'no-internet':
    case 'captive-portal':
      return unknown('the network lets nothing through');
    default:
      return assertNever(connection);
  }
}

function witnessCheck(family: Family) {
  return check({
    title: `The witness answers over ${familyNames[family]}`,
    why: 'It proves the public address that sign-ins are to show.',
    needs: ['status'],
    after: ['enrolled', 'certificate-valid', 'internet', 'edge-name', 'edge-reachable', 'clock'],
    judge: ({ status: { witnesses, status } }) => {
      const host = witnesses[family];
      if (host === null) return notApplicable(`the enrolment names no witness for ${familyNames[family]}`);
      const { state, evidence } = status.egress[family];
      const asked = evidence
        .filter(({ source }) => source === 'witness')
        .toSorted(byTime)
        .at(-1);
      if (asked === undefined)
        return state === 'none'
          ? notApplicable(`this network has no ${familyNames[family]}`)
          : unknown(`${host} was not asked yet`, 'opengsa egress --refresh');
      if (asked.error === null) return ok(`${host} saw ${asked.address ?? 'no address'}`);
      return failed(
        `${host}: ${asked.error}`,
        `see that ${host} is open from here outside the tunnel, then "opengsa egress --refresh"`,
      );
    },
  });
}

function byTime(a: { readonly at: string }, b: { readonly at: string }): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}

function addressCheck(family: Family) {
  return check({
    title: `The public ${familyNames[family]} address is proven`,
    why: 'An address that is not proven is not passed on: sign-ins then show the edge.',
    needs: ['status'],
    after: [
      ...(['enrolled', 'certificate-valid', 'internet', 'edge-name', 'edge-reachable', 'clock'] as const),
      `witness-${family}`,
    ],
    judge: ({ status: { witnesses, status } }) => {
      const { state, address, evidence } = status.egress[family];
      switch (state) {
        case 'confirmed':
          return ok(address ?? '');
        case 'none':
          return notApplicable(`this network has no ${familyNames[family]}`);
        case 'probable':
          return warning(
            `${address ?? ''} is probable`,
            'a witness would confirm it: ask your administrator',
          );
        case 'ambiguous':
          return failed(
            `sources disagree: ${[...new Set(evidence.flatMap((one) => one.address ?? []))].join(', ')}`,
            'the network leaves by several addresses; "opengsa egress" shows who saw which',
          );
        default:
          return witnesses[family] === null
            ? notApplicable(`nobody is asked over ${familyNames[family]}`)
            : unknown(state, 'opengsa egress --refresh');
      }
    },
  });
}
