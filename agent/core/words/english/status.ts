// The words of each state of the connection, in English.
import { oneOf } from '../../../../protocol/words/forms.ts';
import type { Moment } from '../../time-words.ts';
import { organisation } from './organisation.ts';
import { time } from './time.ts';

export const status = {
  connected: { title: 'Connected' },
  off: {
    /** @param own the addresses that are known */
    sentence: (own: readonly string[]) =>
      `Microsoft traffic leaves directly. Every service, Entra ID included, will see your own address${
        own.length === 0 ? '' : `, ${oneOf(own, 'en')}`
      }.`,
  },
  notEnrolled: {
    title: 'Not enrolled',
    sentence:
      'OpenGSA changes nothing until you join. All traffic leaves directly, and every service sees your own address.',
    cause: 'This device belongs to no organisation yet.',
    remedy: "Continue with the edge's address or the invitation.",
  },
  paused: {
    title: 'Paused',
    cause: (since: Moment, until: Moment) => `By you ${time.at(since)}, ${time.until(until)}.`,
    remedy: 'Resume now.',
  },
  offByUser: {
    title: 'Off',
    agentOff: (since: Moment) => `You turned OpenGSA off ${time.at(since)}.`,
    profileOff: (since: Moment) => `You turned the profile off ${time.at(since)}.`,
    remedy: 'Turn on.',
  },
  offByOrganisation: {
    title: 'Turned off by your organisation',
    cause: (name: string | null) => `${organisation.name(name)} has assigned no active profile to you.`,
    breakGlass: (name: string | null) =>
      `${organisation.name(name)} has turned off all profiles for everybody.`,
    remedy: (name: string | null) => `Get the latest profile, or ask ${organisation.it(name)}.`,
  },
  connecting: {
    title: 'Connecting',
    nothingWaits: 'Until an edge answers, everything leaves directly.',
    signInWaits: 'Until an edge answers, sign-in waits and the rest leaves directly.',
    /** @param labels the destinations that are named @param others how many more there are */
    theseWait: (labels: readonly string[], others: number) => {
      const all = others === 0 ? labels : [...labels, `${others} others`];
      const list = [all.slice(0, -1).join(', '), all.at(-1)].filter(Boolean).join(' and ');
      return `Until an edge answers, ${list} ${all.length > 1 ? 'wait' : 'waits'} and the rest leaves directly.`;
    },
    attempt: (attempt: number) => `Attempt ${attempt}.`,
    remedy: 'Nothing to do.',
  },
  unreachable: {
    title: 'Edge unreachable',
    sentence: 'No edge answers.',
    remedy: 'Try now, or another network.',
  },
  /** What stands still and what goes on while there is no edge. */
  meanwhile: {
    signInsFail: 'New sign-ins fail until one does.',
    signInsLeave: 'Sign-ins leave directly meanwhile.',
    othersStop: 'Other Microsoft 365 traffic stops too.',
    othersLeave: 'Other Microsoft 365 traffic leaves directly.',
  },
  refused: {
    title: 'Edge refuses this device',
    sentence: (edge: string) => `${edge} answers but does not accept this device.`,
    remedy: (name: string | null) => `Ask ${organisation.it(name)} for an invitation, then enrol again.`,
  },
  untrusted: {
    title: 'Edge not proven',
    sentence: (edge: string) => `${edge} answers but could not prove that it is your organisation's edge.`,
    remedy: (name: string | null) => `Try another network. If it stays, tell ${organisation.it(name)}.`,
  },
  signInNeeded: {
    title: 'Sign in needed',
    sentence: 'The edge takes part of your traffic only when you have signed in.',
    remedy: 'Sign in.',
  },
  noInternet: {
    title: 'No internet',
    sentence: 'This device is offline. OpenGSA connects by itself when it is back.',
    cause: (since: Moment) => `No network has a way to the internet ${time.since(since)}.`,
    remedy: 'Check Wi-Fi or cable.',
  },
  captivePortal: {
    title: 'This network wants a sign-in',
    sentence: 'It lets nothing through before you open its page.',
    answered: 'The internet check was answered by this network.',
    sentTo: (page: string) => `The internet check was sent to ${page}.`,
    openAny: 'Open any page in a browser: this network shows its own.',
    openIt: 'Open the page.',
  },
};
