// The texts of the status window. What the agent says is shown as it comes.
import type { PauseNews } from '../../shared/pause-clock.ts';
import type { Strings } from '../../shared/strings.ts';
import type { MicrosoftGroup } from '../../../protocol/seen-as.ts';
import type { Status } from '../../../protocol/status.ts';
import type { ProfileSwitch } from './profile-switch-model.ts';
import type { StepMark, StepName } from './reach-steps-model.ts';
import type { RemedyAction } from './remedy-action-model.ts';
import type { UntilEdge } from './until-edge-model.ts';
import { statusGerman } from './status-strings-german.ts';

type StepWord = Extract<StepMark, { kind: 'fail' }>['says'] | 'running' | 'reached' | 'way-out' | 'skipped';

export type StatusStrings = {
  readonly throughSince: (edge: string, time: string) => string;
  readonly since: (time: string) => string;
  /** @param when with its preposition: `at 08:12` */
  readonly pausedBy: (when: string) => string;
  readonly nextTry: (wait: string) => string;
  readonly triesNow: string;
  readonly cause: string;
  readonly whatToDo: string;
  readonly actions: Readonly<Record<RemedyAction, string>>;
  readonly traffic: string;
  readonly profile: string;
  readonly switchCaptions: Readonly<Record<ProfileSwitch['caption'], string>>;
  readonly onFor: (what: string) => string;
  readonly groups: Readonly<Record<MicrosoftGroup, string>>;
  readonly turningOn: string;
  readonly turningOff: string;
  readonly noEffect: string;
  readonly refusedBecause: (message: string) => string;
  readonly pauseFor: (minutes: number) => string;
  readonly pause: string;
  readonly left: string;
  readonly timeLeft: string;
  /** @param when with its preposition */
  readonly resumes: (when: string) => string;
  readonly news: Readonly<Record<PauseNews, string>>;
  readonly wayEnds: string;
  readonly steps: Readonly<Record<StepName, string>>;
  readonly stepWords: Readonly<Record<StepWord, string>>;
  readonly untilEdge: string;
  readonly showRules: string;
  readonly effects: Readonly<Record<UntilEdge['effect'], string>>;
  readonly waitsForEdge: string;
  readonly willSee: (addresses: readonly string[]) => string;
  readonly addresses: string;
  readonly checkedAgo: (duration: string) => string;
  readonly checking: string;
  readonly neverChecked: string;
  readonly checkNow: string;
  readonly yourNetwork: string;
  readonly theEdge: string;
  readonly isSeen: string;
  readonly notInUse: string;
  readonly none: Readonly<Record<'ipv4' | 'ipv6', string>>;
  readonly notProven: string;
  readonly probable: string;
  readonly stale: Readonly<Record<'ipv4' | 'ipv6', string>>;
  readonly unknown: Readonly<Record<'ipv4' | 'ipv6', string>>;
  readonly checkingFamily: Readonly<Record<'ipv4' | 'ipv6', string>>;
  readonly notTold: string;
  readonly channels: string;
  readonly channelStates: Readonly<Record<Status['channels'][number]['state'], string>>;
  readonly carried: (out: string, received: string) => string;
  readonly joining: string;
  readonly joiningSteps: readonly string[];
  readonly joiningNote: string;
  readonly profileVersion: (version: string) => string;
  readonly copyDetails: string;
  readonly copied: string;
  readonly diagnostics: string;
  readonly healthCheck: string;
  readonly settings: string;
};

export const statusStrings: Strings<StatusStrings> = {
  en: {
    throughSince: (edge, time) => `Through ${edge} since ${time}`,
    since: (time) => `Since ${time}`,
    pausedBy: (when) => `By you ${when}`,
    nextTry: (wait) => `Next try in ${wait}`,
    triesNow: 'Trying now',
    cause: 'Cause.',
    whatToDo: 'What to do.',
    actions: {
      'try-now': 'Try now',
      resume: 'Resume now',
      'turn-on': 'Turn on',
      'check-addresses': 'Check now',
      'show-source-address': 'Show in Source address',
      'health-check': 'Health check',
      'sign-in': 'Sign in',
      'sign-out': 'Sign out',
      'open-page': 'Open the page',
      'show-how': 'Show how',
    },
    traffic: 'Traffic',
    profile: 'Microsoft traffic profile',
    switchCaptions: {
      on: 'On',
      off: 'Off. Microsoft traffic leaves directly',
      'after-pause': 'On again when the pause ends',
      'when-edge-answers': 'In effect as soon as an edge answers',
      locked: 'Your organisation turned it off',
      'not-running': 'Cannot be told without the service',
    },
    onFor: (what) => `On. ${what}`,
    groups: { 'Sign-in': 'Sign-in', Graph: 'Graph', Exchange: 'Exchange', SharePoint: 'SharePoint' },
    turningOn: 'Turning on…',
    turningOff: 'Turning off…',
    noEffect: 'Nothing changed within 3\u00a0s.',
    refusedBecause: (message) => `Not changed: ${message}`,
    pauseFor: (minutes) => `Pause for ${minutes}\u00a0minutes`,
    pause: 'Pause',
    left: 'left',
    timeLeft: 'Time left of the pause',
    resumes: (when) => `OpenGSA resumes by itself ${when}`,
    news: {
      begun: 'Paused. OpenGSA resumes by itself.',
      'last-minute': 'One minute left of the pause.',
      ended: 'The pause has ended.',
    },
    wayEnds: 'Where the connection ends',
    steps: { device: 'This device', internet: 'Internet', edge: 'Edge' },
    stepWords: {
      running: 'Service running',
      reached: 'Reached',
      'way-out': 'Has a way out',
      skipped: 'Not known',
      'not-running': 'Not running',
      'no-access': 'No access',
      unusable: 'Not usable',
      offline: 'No way out',
      portal: 'Wants a sign-in',
      'no-answer': 'No answer',
      refuses: 'Refuses this device',
      untrusted: 'Not proven',
    },
    untilEdge: 'Until an edge is connected',
    showRules: 'Show the rules',
    effects: { blocked: 'Blocked', direct: 'Direct', waits: 'Waits' },
    waitsForEdge: 'New connections wait for an edge.',
    willSee: (addresses) => `Services will see your own address, ${addresses.join(' or ')}.`,
    addresses: 'Addresses',
    checkedAgo: (duration) => `Checked ${duration} ago`,
    checking: 'Checking…',
    neverChecked: 'Not checked yet',
    checkNow: 'Check now',
    yourNetwork: 'Your network',
    theEdge: 'The edge',
    isSeen: 'is seen',
    notInUse: 'Not in use',
    none: { ipv4: 'No IPv4', ipv6: 'No IPv6' },
    notProven: 'not proven',
    probable: 'from one check only',
    stale: { ipv4: 'IPv4 not checked yet', ipv6: 'IPv6 not checked yet' },
    unknown: { ipv4: 'IPv4 not known', ipv6: 'IPv6 not known' },
    checkingFamily: { ipv4: 'IPv4: checking…', ipv6: 'IPv6: checking…' },
    notTold: 'Not told',
    channels: 'Channels',
    channelStates: {
      up: 'Up',
      connecting: 'Connecting',
      unreachable: 'Unreachable',
      off: 'Off',
      paused: 'Paused',
    },
    carried: (out, received) => `${out} out, ${received} in`,
    joining: 'How to join',
    joiningSteps: [
      'Your IT department gives you the credentials of this device.',
      'Their folder goes under “credentials” in agent.yaml.',
      'Start the OpenGSA service again. It connects by itself.',
    ],
    joiningNote:
      'Only destinations in the traffic profile will use the edge. Services that your organisation runs can then see your own address. Entra\u00a0ID always sees the address that connects to it.',
    profileVersion: (version) => `Profile version ${version}`,
    copyDetails: 'Copy details',
    copied: 'Copied',
    diagnostics: 'Diagnostics',
    healthCheck: 'Health check',
    settings: 'Settings',
  },
  de: statusGerman,
};
