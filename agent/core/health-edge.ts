// Health of the way to the edge: its name, its door, the tunnel, and what its witness says.
import type { Family } from '../../protocol/address.ts';
import { assertNever } from '../../protocol/error.ts';
import type { Language } from '../../protocol/language.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import { allOf } from '../../protocol/words/forms.ts';
import { addressMismatch, alike, seenByGroups } from './address-mismatch.ts';
import {
  check,
  type CheckWords,
  failed,
  notApplicable,
  ok,
  unknown,
  type Verdict,
  warning,
} from './health-check.ts';
import type { AgentFacts, EdgeFacts } from './health-facts.ts';
import { knownAddresses } from './prediction.ts';
import { wordsIn } from './words/words.ts';

/** Statements of the witness live 300 s at most and begin when its clock says. */
const clockFailsMs = 60_000;
const clockWarnsMs = 10_000;

const toEdge = [
  ...(['enrolled', 'certificate-valid', 'internet', 'edge-name', 'edge-reachable', 'clock'] as const),
] as const;
const throughTunnel = [...toEdge, 'tunnel'] as const;

export const edgeChecks = {
  'edge-name': check('edge-name', {
    needs: ['edges'],
    after: ['enrolled'],
    judge: ({ edges }, words) =>
      judgeEdges(edges, {
        faultOf: ({ name }) => (name.kind === 'fault' ? name.fault : null),
        words: (edge) => `${edge.edge} ${addressesOf(edge, words)}`,
        noEdge: words.noEdge,
        remedy: words.remedy,
      }),
  }),
  'edge-reachable': check('edge-reachable', {
    needs: ['edges'],
    after: ['enrolled', 'edge-name'],
    judge: ({ edges }, words) =>
      judgeEdges(edges, {
        faultOf: ({ path }) => (path.kind === 'fault' ? path.fault : null),
        words: ({ edge, path }) =>
          path.kind === 'fault' ? edge : words.reached(edge, Math.round(path.ms), path.protocol),
        noEdge: words.noEdge,
        remedy: edges.every(({ path }) => path.kind === 'fault' && path.step === 'handshake')
          ? words.somethingElse
          : words.closed,
      }),
  }),
  clock: check('clock', {
    needs: ['edges'],
    after: ['enrolled', 'edge-name', 'edge-reachable'],
    judge: ({ edges }, words) => {
      const told = edges.find(({ aheadMs }) => aheadMs !== null);
      if (told === undefined || told.aheadMs === null) return unknown(words.notTold);
      const off = Math.abs(told.aheadMs);
      // A Date header has whole seconds.
      if (off < 2_000) return ok(words.agrees(told.edge));
      const away = told.aheadMs > 0 ? words.ahead : words.behind;
      const measured = away(Math.round(off / 1000), told.edge);
      if (off > clockFailsMs) return failed(measured, words.set);
      return off > clockWarnsMs ? warning(measured, words.set) : ok(measured);
    },
  }),
  tunnel: check('tunnel', {
    needs: ['status'],
    after: toEdge,
    judge: ({ status }, words) => judgeTunnel(status, words),
  }),
  'edge-view': check('edge-view', {
    needs: ['status'],
    after: throughTunnel,
    judge: ({ status: { view, status } }, words) => {
      if (view === 'known') return ok(words.known);
      if (view === 'foreign') return warning(words.foreign, words.nothingToMend);
      return unknown(status.connection.kind === 'connected' ? words.notTold : words.noTunnel);
    },
  }),
  'witness-ipv4': witnessCheck('ipv4'),
  'witness-ipv6': witnessCheck('ipv6'),
  'address-ipv4': addressCheck('ipv4'),
  'address-ipv6': addressCheck('ipv6'),
  signaling: check('signaling', {
    needs: ['status'],
    after: throughTunnel,
    judge: ({ status: { view, status } }, words) => {
      if (view === 'foreign') return notApplicable(words.foreign);
      if (status.signaling === 'enabled') return ok(words.on);
      return status.signaling === 'disabled' ? warning(words.off, words.askOrSwitch) : unknown(words.notTold);
    },
  }),
  'one-address': check('one-address', {
    needs: ['status'],
    after: throughTunnel,
    judge: ({ status: { status } }, words, language) => judgeGroup(status, words, language),
  }),
} as const;

type EdgesQuestion = {
  /** Null: this edge does. */
  readonly faultOf: (edge: EdgeFacts) => string | null;
  readonly words: (edge: EdgeFacts) => string;
  readonly noEdge: string;
  readonly remedy: string;
};

/** One edge that does is enough; one of several that does not is worth a look. */
function judgeEdges(edges: readonly EdgeFacts[], { faultOf, words, noEdge, remedy }: EdgesQuestion): Verdict {
  const faults = edges.flatMap((edge) => {
    const fault = faultOf(edge);
    return fault === null ? [] : [`${edge.edge}: ${fault}`];
  });
  const good = edges.filter((edge) => faultOf(edge) === null).map(words);
  if (edges.length === 0) return notApplicable(noEdge);
  if (faults.length === 0) return ok(good.join(', '));
  return good.length === 0
    ? failed(faults.join('; '), remedy)
    : warning([...faults, ...good].join('; '), remedy);
}

function addressesOf({ name }: EdgeFacts, { fromEnrolment }: CheckWords<'edge-name'>): string {
  if (name.kind === 'fault') return '';
  const addresses = name.addresses.join(', ');
  return name.kind === 'listed' ? fromEnrolment(addresses) : addresses;
}

function judgeTunnel({ status: { connection, channels } }: AgentFacts, words: CheckWords<'tunnel'>): Verdict {
  switch (connection.kind) {
    case 'connected': {
      const channel = channels.find(({ state }) => state === 'up');
      const latency = channel?.latencyMs;
      return ok(
        [
          words.to(connection.edge),
          ...(channel === undefined || channel.protocol === null ? [] : [channel.protocol]),
          ...(latency === undefined || latency === null ? [] : [`${Math.round(latency)} ms`]),
        ].join(', '),
      );
    }
    case 'not-enrolled':
      return notApplicable(words.notEnrolled);
    case 'disabled':
      return connection.by === 'user'
        ? warning(words.offByUser, 'opengsa connect')
        : warning(words.offByOrganisation, words.askAdministrator);
    case 'paused':
      return warning(words.paused(connection.until), 'opengsa resume');
    case 'connecting':
      return warning(words.connecting(connection.attempt), words.again);
    case 'edge-unreachable':
      return failed(connection.cause, words.unreachable);
    case 'device-refused':
      return failed(connection.cause, words.refused);
    case 'edge-untrusted':
      return failed(connection.cause, words.untrusted);
    case 'sign-in-needed':
      return failed(connection.cause, words.signIn);
    case 'no-internet':
    case 'captive-portal':
      return unknown(words.held);
    default:
      return assertNever(connection);
  }
}

/** Also while nothing goes through the edge: what then leaves directly shows one address. */
function judgeGroup(
  { seenAs, organisation }: AgentFacts['status'],
  words: CheckWords<'one-address'>,
  language: Language,
): Verdict {
  const { addressMismatch: mismatch } = wordsIn(language).attention;
  const members = seenAs.filter(({ group, path }) => group !== null && path !== 'blocked');
  if (members.length === 0) return notApplicable(words.none);
  const differing = addressMismatch(members);
  if (differing !== null) return warning(mismatch.sentence(alike(differing)), mismatch.remedy(organisation));
  const notKnown = members.filter(({ addresses }) => knownAddresses(addresses).length === 0);
  return notKnown.length === 0
    ? ok(mismatch.sentence(alike(seenByGroups(members))))
    : unknown(words.notKnown(allOf(distinct(notKnown), language)));
}

/** Two members may be one service. */
function distinct(members: readonly SeenAs[]): readonly string[] {
  return [...new Set(members.map(({ label }) => label))];
}

function witnessCheck(family: Family) {
  return check(`witness-${family}`, {
    needs: ['status'],
    after: toEdge,
    judge: ({ status: { witnesses, status } }, words) => {
      const host = witnesses[family];
      if (host === null) return notApplicable(words.noWitness);
      const { state, evidence } = status.egress[family];
      const asked = evidence
        .filter(({ source }) => source === 'witness')
        .toSorted(byTime)
        .at(-1);
      if (asked === undefined)
        return state === 'none'
          ? notApplicable(words.noFamily)
          : unknown(words.notAsked(host), 'opengsa egress --refresh');
      const { address, error } = asked;
      if (error !== null) return failed(`${host}: ${error}`, words.open(host));
      return ok(address === null ? words.sawNone(host) : words.saw(host, address));
    },
  });
}

function byTime(a: { readonly at: string }, b: { readonly at: string }): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}

function addressCheck(family: Family) {
  return check(`address-${family}`, {
    needs: ['status'],
    after: [...toEdge, `witness-${family}`],
    judge: ({ status: { witnesses, status } }, words) => {
      const { state, address, evidence } = status.egress[family];
      switch (state) {
        case 'confirmed':
          return ok(address ?? '');
        case 'none':
          return notApplicable(words.noFamily);
        case 'probable':
          return warning(words.probable(address ?? ''), words.askForWitness);
        case 'ambiguous':
          return failed(
            words.disagreement([...new Set(evidence.flatMap((one) => one.address ?? []))].join(', ')),
            words.severalUplinks,
          );
        default:
          return witnesses[family] === null
            ? notApplicable(words.nobodyAsked)
            : unknown(words[state], 'opengsa egress --refresh');
      }
    },
  });
}
