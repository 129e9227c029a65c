// The words of the checks of the network that this machine is in, in English.
import { plural } from '../../../../protocol/words/forms.ts';

export const networkHealth = {
  'default-route': {
    title: 'The network leads outside',
    why: 'Without a default route neither the edge nor anything else is reached.',
    noAddress: 'no interface has an address',
    plugIn: 'plug in the cable or join a wireless network',
    noRoute: (addresses: string) => `${addresses}, but no default route`,
    reconnect:
      'reconnect the network; "ip route" must show a line that begins with default, unless the edge is on this network',
  },
  internet: {
    title: 'Nothing stands before the internet',
    why: 'A sign-in page of the network holds everything back until somebody has been there.',
    portal: 'the network asks for a sign-in of its own',
    openPage: (page: string) => `open ${page} in a browser and sign in to the network`,
    openAny: 'open any plain http:// page in a browser and sign in to the network',
    offline: 'the network lets nothing through',
    checkCable: 'check the cable or the wireless network',
    reached: 'the edge is reached through it',
    nobodyTold: 'nothing has answered that could tell',
  },
  'name-servers': {
    title: 'The name servers answer',
    why: 'Names of services, and of the edge, become addresses there.',
    none: '/etc/resolv.conf names none',
    addOne: 'reconnect the network, or add a nameserver line to it',
    answered: (server: string, ms: number, all: string) => `${server} in ${ms} ms; found ${all}`,
    openPort: (all: string) =>
      `see whether UDP port 53 to ${all} is open, or name another server in the settings of the network`,
  },
  ipv6: {
    title: 'IPv6 does not go past the capture',
    why: 'A destination that is reached by IPv6 must be captured there too.',
    none: 'this network has no IPv6',
    byProxy: (gateway: string) => `default route ${gateway}; the proxy takes names, whatever their addresses`,
    captured: (gateway: string, ranges: number) =>
      `default route ${gateway}; ${ranges} ${plural(ranges, 'en', 'range', 'ranges')} captured`,
    notCaptured: (gateway: string) => `default route ${gateway}; names are captured, IPv6 ranges are not`,
    installKoffi:
      'install the optional package koffi beside the agent, or set the hardening of such rules to block',
  },
};
