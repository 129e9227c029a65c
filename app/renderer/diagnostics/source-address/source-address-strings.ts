// The texts of the tab source address. Reasons, verdicts and verifications have words that commands share.
import type { SeenAs } from '../../../../protocol/seen-as.ts';
import type { SeenGroup, SeenPath } from '../../../shared/seen-rows.ts';
import type { Strings } from '../../../shared/strings.ts';
import { german } from './source-address-strings-german.ts';

export type SourceAddressStrings = {
  readonly title: string;
  readonly sentence: string;
  readonly checkedAt: (time: string) => string;
  readonly checkNow: string;
  readonly checking: string;
  readonly mismatch: string;
  readonly mismatchWhy: string;
  readonly howToFix: string;
  readonly cause: string;
  readonly whatToDo: string;
  readonly paths: string;
  readonly pathTitles: Readonly<Record<SeenPath, string>>;
  readonly ownAddress: (destinations: number) => string;
  readonly edgeAddress: (destinations: number) => string;
  readonly notKnown: string;
  readonly or: string;
  /** After an IPv4 address. */
  readonly orIpv6: string;
  readonly noIpv6: string;
  readonly signed: (time: string) => string;
  readonly found: (operators: string, time: string) => string;
  readonly checkedBut: Readonly<Record<'ambiguous' | 'detecting' | 'stale' | 'none' | 'unknown', string>>;
  readonly statedBy: (edge: string) => string;
  readonly reportedBy: (edge: string) => string;
  readonly theEdge: string;
  readonly destinations: string;
  readonly columns: readonly [
    ...[destination: string, service: string, class_: string],
    ...[willSee: string, location: string, verified: string],
  ];
  readonly groups: Readonly<
    Record<SeenGroup, (organisation: string | null) => { readonly title: string; readonly note: string }>
  >;
  readonly more: (count: number) => string;
  readonly purposes: Readonly<Record<NonNullable<SeenAs['authentication']>, string>>;
  readonly owners: Readonly<Record<'own' | 'edge', string>>;
  readonly blocked: string;
  readonly differs: string;
  readonly locationOf: (family: string, verdict: string) => string;
  readonly empty: string;
  readonly askLabel: string;
  readonly askHint: string;
  readonly ask: string;
  readonly askEmpty: string;
  readonly panel: {
    readonly willSee: (label: string, whose: SeenAs['whose']) => readonly [before: string, after: string];
    readonly notKnown: (label: string) => string;
    readonly blocked: (label: string) => string;
    readonly route: string;
    readonly thisDevice: string;
    readonly seen: string;
    readonly passedOn: string;
    readonly why: string;
    readonly choices: (organisation: string | null) => string;
    readonly anchor: string;
    readonly direct: string;
    readonly now: string;
    readonly sees: (addresses: string) => string;
    readonly wouldSee: (addresses: string) => string;
    readonly evidence: string;
    readonly basis: string;
    readonly bases: Readonly<Record<SeenAs['basis'], string>>;
    readonly edgeEgress: string;
    readonly verified: string;
    readonly locations: string;
    readonly locationList: (edge: number, imported: number, day: string | null) => string;
    readonly alsoFor: string;
  };
};

const english: SourceAddressStrings = {
  title: 'Source address',
  sentence: 'Which address each destination will see. The solid mark shows whose it is.',
  checkedAt: (time) => `Checked at ${time}.`,
  checkNow: 'Check now',
  checking: 'Checking…',
  mismatch: 'One tenant will see several addresses.',
  mismatchWhy: 'Continuous access evaluation can cut tokens to one hour, or block you.',
  howToFix: 'How to fix',
  cause: 'Cause.',
  whatToDo: 'What to do.',
  paths: 'Paths',
  pathTitles: {
    direct: 'Direct',
    restored: 'Through the edge, restored',
    edge: 'Through the edge',
    blocked: 'Blocked',
    unknown: 'Not known',
  },
  ownAddress: (count) => `Your own address, ${count} ${count === 1 ? 'destination' : 'destinations'}`,
  edgeAddress: (count) => `The edge's address, ${count} ${count === 1 ? 'destination' : 'destinations'}`,
  notKnown: 'Not known',
  or: 'or',
  orIpv6: 'or IPv6',
  noIpv6: 'No IPv6',
  signed: (time) => `Signed by the edge's witness at ${time}`,
  found: (operators, time) => `Told by ${operators} at ${time}`,
  checkedBut: {
    ambiguous: 'The checks disagree',
    detecting: 'Being checked',
    stale: 'No longer valid, not checked again yet',
    none: 'This network has none',
    unknown: 'Not checked yet',
  },
  statedBy: (edge) => `Stated by ${edge} to these destinations`,
  reportedBy: (edge) => `Reported by ${edge}`,
  theEdge: 'the edge',
  destinations: 'Destinations',
  columns: ['Destination', 'Service', 'Class', 'Will see', 'Named location', 'Verified'],
  groups: {
    asked: () => ({ title: 'Asked for here', note: '' }),
    tenant: (organisation) => ({
      title: organisation === null ? 'Microsoft 365' : `${organisation} in Microsoft 365`,
      note: 'should all see one address',
    }),
    organisation: (organisation) => ({ title: `Run by ${organisation ?? 'your organisation'}`, note: '' }),
    rest: () => ({ title: 'Rest of the profile', note: '' }),
  },
  more: (count) => `and ${count} more`,
  purposes: { 'sign-in': 'Sign-in', device: 'Devices', graph: 'Graph', assets: 'What its pages load' },
  owners: { own: 'your own', edge: 'the edge' },
  blocked: 'nothing, it is blocked',
  differs: 'Differs',
  locationOf: (family, verdict) => `${family} ${verdict}`,
  empty: 'No destination is known. Enable a profile, or ask about a host above.',
  askLabel: 'Ask about a host',
  askHint: 'host or host:port',
  ask: 'Ask',
  askEmpty: 'Ask about a host: the field is empty. Type a name such as login.contoso.test.',
  panel: {
    willSee: (label, whose) => [
      `${label} will see ${whose === 'own' ? 'your address,' : whose === 'edge' ? 'the edge,' : ''} `,
      whose === 'edge' ? ', not your address.' : '.',
    ],
    notKnown: (label) => `It is not known which address ${label} will see.`,
    blocked: (label) => `${label} will see nothing: it is blocked.`,
    route: 'Route',
    thisDevice: 'This device',
    seen: 'the address seen',
    passedOn: 'the address passed on',
    why: 'Why',
    choices: (organisation) => `What ${organisation ?? 'your organisation'} can choose`,
    anchor: 'Anchor',
    direct: 'Direct',
    now: 'Now',
    sees: (addresses) => `Sees ${addresses}.`,
    wouldSee: (addresses) => `Would see ${addresses}.`,
    evidence: 'Evidence',
    basis: 'Known by',
    bases: {
      predicted: 'the rules, predicted',
      given: 'what the edge gave',
      observed: 'a reflection service that saw it',
      unknown: 'nothing',
    },
    edgeEgress: 'Edge egress',
    verified: 'Verified',
    locations: 'Locations',
    locationList: (edge, imported, day) =>
      [
        ...(edge > 0 ? [`${edge} told by the edge`] : []),
        ...(imported > 0 ? [`${imported} imported${day === null ? '' : `, ${day}`}`] : []),
      ].join('; ') || 'none are known',
    alsoFor: 'The same holds for',
  },
};

export const sourceAddressStrings: Strings<SourceAddressStrings> = { en: english, de: german };
