// The texts of the tab overview.
import type { Attention, Status } from '../../../../protocol/status.ts';
import type { Strings } from '../../../shared/strings.ts';
import { overviewGerman } from './overview-strings-german.ts';

type AttentionTexts = {
  readonly [K in Exclude<Attention['kind'], 'capture-impaired' | 'program-rules-idle'>]: (
    attention: Extract<Attention, { kind: K }>,
    organisation: string,
    moment: (iso: string) => string,
  ) => string;
};

export type OverviewStrings = {
  readonly title: string;
  readonly intro: string;
  readonly unknown: string;
  readonly attentionTitle: (count: number) => string;
  readonly organisation: string;
  readonly attention: AttentionTexts;
  readonly facts: Readonly<
    Record<
      | 'connection'
      | 'edge'
      | 'since'
      | 'edgeAddress'
      | 'ownAddress'
      | 'signalling'
      | 'locations'
      | 'device'
      | 'name'
      | 'member'
      | 'certificate'
      | 'thumbprint'
      | 'person'
      | 'profiles'
      | 'capture'
      | 'mode'
      | 'httpProxy'
      | 'socks5'
      | 'pac'
      | 'transparent'
      | 'names'
      | 'ranges'
      | 'nameServers'
      | 'notCaptured',
      string
    >
  >;
  readonly none: string;
  readonly nobody: string;
  readonly signalling: Readonly<Record<Status['signaling'], string>>;
  readonly locations: (edge: number, imported: number) => string;
  readonly certificateUntil: (date: string, days: number) => string;
  readonly profileFacts: (version: string, policies: number, rules: number) => string;
  readonly profileState: (enabled: boolean, locked: boolean) => string;
  readonly modes: Readonly<Record<Status['capture']['mode'], string>>;
  readonly transparentStates: Readonly<Record<'on' | 'idle' | 'failed', string>>;
  readonly rangesText: (ipv4: number, ipv6: number) => string;
  readonly flowsTitle: string;
  readonly flows: Readonly<Record<keyof Status['flows'], string>>;
  readonly channels: Readonly<
    Record<
      'title' | 'channel' | 'state' | 'edge' | 'protocol' | 'sessions' | 'since' | 'latency' | 'out' | 'in',
      string
    >
  >;
  readonly noChannels: string;
  readonly latency: Readonly<
    Record<'title' | 'none' | 'channel' | 'last' | 'lowest' | 'median' | 'highest', string>
  >;
  readonly measured: (count: number) => string;
};

export const overviewStrings: Strings<OverviewStrings> = {
  en: {
    title: 'Overview',
    intro: 'This device, its edge, and what goes through it.',
    unknown: 'Not known',
    attentionTitle: (count) => `${count} ${count === 1 ? 'thing' : 'things'} to look at`,
    organisation: 'Your organisation',
    attention: {
      'signaling-disabled': ({ since }, organisation, moment) =>
        `${organisation} turned signalling off (${moment(since)}): addresses are not passed on.`,
      'microsoft-undecided': (_, organisation) =>
        `${organisation} has not chosen anchor or direct for Microsoft’s services.`,
      'address-ambiguous': ({ family, candidates }) =>
        candidates.length > 1
          ? `Checks disagree about your ${familyName(family)} address: ${candidates.join(' and ')}.`
          : `No check could prove your ${familyName(family)} address.`,
      'address-mismatch': ({ seen }) =>
        `Microsoft’s services will see different addresses: ${seen
          .map(({ group, addresses }) => `${group} ${addresses.join(' or ')}`)
          .join(', ')}.`,
      'channels-unreachable': ({ unreachable }) => `No answer on: ${unreachable.join(', ')}.`,
      'foreign-edge': () => 'This edge is of another make and does not say which address services see.',
      'profile-refused': ({ cause }) => `A profile cannot be used: ${cause}.`,
    },
    facts: {
      connection: 'Connection',
      edge: 'Edge',
      since: 'Since',
      edgeAddress: 'Address of the edge',
      ownAddress: 'Your address',
      signalling: 'Signalling',
      locations: 'Named locations',
      device: 'Device',
      name: 'Name',
      member: 'Organisation',
      certificate: 'Certificate',
      thumbprint: 'Thumbprint',
      person: 'Person',
      profiles: 'Traffic profiles',
      capture: 'Capture',
      mode: 'Mode',
      httpProxy: 'HTTP proxy',
      socks5: 'SOCKS5',
      pac: 'PAC file',
      transparent: 'Transparent',
      names: 'Names in use',
      ranges: 'Address ranges',
      nameServers: 'Name servers',
      notCaptured: 'Passing by',
    },
    none: 'None',
    nobody: 'Nobody signed in',
    signalling: { enabled: 'On', disabled: 'Off', unknown: 'Not known' },
    locations: (edge, imported) => `${edge} from the edge, ${imported} imported`,
    certificateUntil: (date, days) =>
      days < 0 ? `Expired on ${date}` : `Until ${date}, ${days} ${days === 1 ? 'day' : 'days'} left`,
    profileFacts: (version, policies, rules) =>
      `Version ${version}, ${policies} ${policies === 1 ? 'policy' : 'policies'}, ${rules} ${rules === 1 ? 'rule' : 'rules'}`,
    profileState: (enabled, locked) => `${enabled ? 'On' : 'Off'}${locked ? ', by your organisation' : ''}`,
    modes: { proxy: 'Proxy', transparent: 'Transparent', both: 'Proxy and transparent' },
    transparentStates: { on: 'On', idle: 'Idle', failed: 'Failed' },
    rangesText: (ipv4, ipv6) => `${ipv4} IPv4, ${ipv6} IPv6`,
    flowsTitle: 'Flows',
    flows: {
      open: 'Open',
      total: 'In all',
      tunnelled: 'Through the edge',
      direct: 'Direct',
      blocked: 'Blocked',
      failed: 'Failed',
    },
    channels: {
      title: 'Channels',
      channel: 'Channel',
      state: 'State',
      edge: 'Edge',
      protocol: 'Protocol',
      sessions: 'Sessions',
      since: 'Since',
      latency: 'Latency',
      out: 'Out',
      in: 'In',
    },
    noChannels: 'There are no channels to an edge.',
    latency: {
      title: 'Latency since this window was opened',
      none: 'No latency was measured yet.',
      channel: 'Channel',
      last: 'Last',
      lowest: 'Lowest',
      median: 'Median',
      highest: 'Highest',
    },
    measured: (count) => `${count} measured`,
  },
  de: overviewGerman,
};

function familyName(family: 'ipv4' | 'ipv6'): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}
