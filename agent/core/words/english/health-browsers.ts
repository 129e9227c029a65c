// The words of the checks of name look-ups where names are captured, in English.

const byProxy = 'names reach the proxy whatever the browser asks';

const doh = (browser: string) => ({
  title: `${browser} asks for names in the clear`,
  why: 'A browser that asks over HTTPS hides the name, and its traffic goes past the capture.',
  byProxy,
  notUnderstood: (faults: string) => `cannot be understood: ${faults}`,
  mend: (cure: string) => `mend it; ${cure}`,
  /** @param place a file, or `policy` */
  offBy: (place: string) => `off by ${place}`,
  onBy: (place: string) => `on by ${place}`,
  leftBy: (place: string) => `left to the browser by ${place}`,
  policy: 'policy',
  noPolicy: 'no policy says so',
  notInstalled: 'not found on this machine',
  put: (text: string, place: string) => `put ${text} into ${place}`,
});

export const browserHealth = {
  'doh-chrome': doh('Chrome'),
  'doh-chromium': doh('Chromium'),
  'doh-edge': doh('Edge'),
  'doh-firefox': doh('Firefox'),
  'public-name-server': {
    title: 'The name servers are not public ones',
    why: 'For a well-known public server Chromium asks over HTTPS by itself, past the capture of names.',
    byProxy,
    setPolicy:
      'set the policy DnsOverHttpsMode to off for Chromium browsers, or use the name servers of your network',
  },
  'dns-over-tls': {
    title: 'Names are asked in the clear',
    why: 'systemd-resolved over TLS hides the questions from the capture of names.',
    byProxy,
    notRunning: 'systemd-resolved does not run',
    setIn: (setting: string, file: string) => `${setting} in ${file}`,
    switchOff: 'set DNSOverTLS=no there, then: sudo systemctl restart systemd-resolved',
  },
  quic: {
    title: 'QUIC falls back to TCP',
    why: 'The tunnel carries TCP; browsers that keep to QUIC would go past it.',
    byProxy: 'browsers do not use QUIC through a proxy',
    refused: 'UDP 443 of captured destinations is refused at once',
    refusedAndOff: (browsers: string) =>
      `UDP 443 of captured destinations is refused at once; switched off by policy in ${browsers}`,
  },
};
