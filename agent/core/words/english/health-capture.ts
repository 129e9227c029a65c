// The words of the checks of capture by proxy, in English.

const setToIt = 'Programs that are set to it reach nothing otherwise.';
const isOff = 'the HTTP proxy is off (capture.http)';
const restart = (key: string): string =>
  `restart the agent; if the port is taken, choose another in agent.yaml (capture.${key})`;

export const captureHealth = {
  'http-proxy': {
    title: 'The HTTP proxy answers',
    why: setToIt,
    off: 'switched off (capture.http)',
    restart: restart('http'),
  },
  socks5: {
    title: 'The SOCKS5 proxy answers',
    why: setToIt,
    off: 'switched off (capture.socks5)',
    restart: restart('socks5'),
  },
  pac: {
    title: 'The proxy script is served',
    why: 'A browser that cannot read it goes directly, without a word.',
    off: isOff,
    restart: restart('http'),
    otherType: (at: string, type: string, wanted: string) => `${at} is ${type} instead of ${wanted}`,
    noType: (at: string, wanted: string) => `${at} is of no type instead of ${wanted}`,
    otherProgram: 'another program answers on that port: stop it, then restart the agent',
  },
  'system-proxy': {
    title: 'Your session uses the proxy',
    why: 'Programs that know of no proxy go past the agent.',
    off: isOff,
    captured: 'programs are captured without one',
    notSet: 'no setting was found in the environment or in GNOME',
    otherwise: (settings: string) => `set to ${settings}`,
    set: (pacUrl: string, httpProxy: string) =>
      `run "opengsa session"; or set the proxy script ${pacUrl} in the network settings, or for programs of a terminal: export https_proxy=http://${httpProxy}`,
    session: {
      keeps: (place: string) => `opengsa session keeps it: ${place}`,
      unwanted: 'opengsa session runs, and the agent does not want it set',
      leftBehind: 'left behind by a session that was killed',
      changedSince: (keys: string) => `changed since by you or another program (${keys})`,
      doesNotStay: (keys: string) => `what opengsa session sets does not stay (${keys})`,
      notSet: (cause: string) => `opengsa session could not set it: ${cause}`,
      remedy: '"opengsa session status" shows what is set where, and what to do',
    },
  },
};
