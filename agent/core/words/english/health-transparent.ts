// The words of the checks of capture without configured programs, in English.

const byProxy = 'capture is by proxy only (capture.mode)';
const none = 'none';

export const transparentHealth = {
  'capture-system': {
    title: 'The system can capture',
    why: 'Capture needs rules that vanish with the agent, so that its death does not cut the network.',
    byProxy,
    onlyLinux: 'set capture.mode to proxy: only Linux can',
    laterLinux: (version: string) => `use Linux ${version} or later, or set capture.mode to proxy`,
  },
  'capture-account': {
    title: 'The agent has an account of its own',
    why: 'Its own traffic is told from that of programs by the account.',
    byProxy,
    root: 'it runs as root',
    ownAccount: 'run it under an account of its own (User= in its unit)',
    account: (uid: number) => `account ${uid}`,
  },
  'capture-capability': {
    title: 'The agent may set up the capture',
    why: 'Without CAP_NET_ADMIN the kernel refuses its rules.',
    byProxy,
    missing: 'CAP_NET_ADMIN is missing',
    add: 'add AmbientCapabilities=CAP_NET_ADMIN to its unit, then restart it',
  },
  'capture-nft': {
    title: 'nftables is installed',
    why: 'The agent sets its rules through the program nft.',
    byProxy,
    notFound: 'nft was not found',
    install: 'install the package nftables',
  },
  'foreign-notrack': {
    title: 'No rule keeps connections untracked',
    why: 'The kernel redirects only connections that it tracks.',
    byProxy,
    none,
    remedy: 'leave the captured ports out of that rule (notrack)',
  },
  'foreign-port-53': {
    title: 'Nobody else redirects DNS',
    why: 'Where another program takes the questions first, names are not captured.',
    byProxy,
    none,
    remedy: 'switch that redirection of port 53 off, or set capture.mode to proxy',
  },
  'rp-filter': {
    title: 'The path filter is known',
    why: 'A strict filter drops answers that come by another interface; it is shown for whoever looks for lost packets.',
    byProxy,
    unreadable: 'net.ipv4.conf.all.rp_filter cannot be read',
  },
  'synthetic-range': {
    title: 'The synthetic range is free',
    why: 'Its addresses stand for names; whoever really has one could not be reached.',
    byProxy,
    inUse: (range: string, by: string) => `${range} is in use: ${by}`,
    chooseOther: 'choose another /16 in agent.yaml (capture.transparent.syntheticRange)',
  },
  'guard-table': {
    title: 'No dead agent left its guard behind',
    why: 'A guard without an agent refuses what the profiles harden, although capture is off.',
    noNft: 'nft is not installed',
    left: 'inet opengsa_guard stands without inet opengsa',
    none,
  },
  'capture-running': {
    title: 'Programs are captured',
    why: 'Otherwise programs that know of no proxy go past the agent.',
    byProxy,
    failed: 'it failed',
    seeLog: 'see the log of the agent',
    on: 'on',
    idle: 'idle while you have it off',
  },
  'synthetic-address': {
    title: 'A captured name gets a synthetic address',
    why: 'It shows that questions for names of your programs reach the agent.',
    noName: 'no name is captured',
    notAsked: (name: string) => `${name} was not asked`,
    resolved: (name: string, addresses: string) => `${name} is ${addresses}`,
    remedy:
      'see the checks of browsers and of port 53; programs that were started before the capture may remember addresses',
  },
};
