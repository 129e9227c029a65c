// The words of the checks of name look-ups where names are captured, in German.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { browserHealth as english } from '../english/health-browsers.ts';

const byProxy = 'Namen erreichen den Proxy, wie auch immer der Browser fragt';

const doh = (browser: string): Translated<(typeof english)['doh-chrome']> => ({
  title: `${browser} fragt offen nach Namen`,
  why: 'Ein Browser, der über HTTPS fragt, verbirgt den Namen, und sein Datenverkehr geht an der Erfassung vorbei.',
  byProxy,
  notUnderstood: (faults) => `nicht verständlich: ${faults}`,
  mend: (cure) => `berichtigen Sie das; ${cure}`,
  offBy: (place) => `ausgeschaltet durch ${place}`,
  onBy: (place) => `eingeschaltet durch ${place}`,
  leftBy: (place) => `dem Browser überlassen durch ${place}`,
  policy: 'eine Richtlinie',
  noPolicy: 'keine Richtlinie legt es fest',
  notInstalled: 'auf diesem Gerät nicht gefunden',
  put: (text, place) => `schreiben Sie ${text} in ${place}`,
});

export const browserHealth: Translated<typeof english> = {
  'doh-chrome': doh('Chrome'),
  'doh-chromium': doh('Chromium'),
  'doh-edge': doh('Edge'),
  'doh-firefox': doh('Firefox'),
  'public-name-server': {
    title: 'Die Namensserver sind keine öffentlichen',
    why: 'Bei einem bekannten öffentlichen Server fragt Chromium von selbst über HTTPS, an der Erfassung von Namen vorbei.',
    byProxy,
    setPolicy:
      'setzen Sie für Chromium-Browser die Richtlinie DnsOverHttpsMode auf off, oder verwenden Sie die Namensserver Ihres Netzwerks',
  },
  'dns-over-tls': {
    title: 'Nach Namen wird offen gefragt',
    why: 'systemd-resolved über TLS verbirgt die Fragen vor der Erfassung von Namen.',
    byProxy,
    notRunning: 'systemd-resolved läuft nicht',
    setIn: (setting, file) => `${setting} steht in ${file}`,
    switchOff: 'setzen Sie dort DNSOverTLS=no, dann: sudo systemctl restart systemd-resolved',
  },
  quic: {
    title: 'QUIC weicht auf TCP aus',
    why: 'Der Tunnel trägt TCP; Browser, die bei QUIC bleiben, gingen an ihm vorbei.',
    byProxy: 'Browser verwenden QUIC nicht über einen Proxy',
    refused: 'UDP 443 erfasster Ziele wird sofort abgelehnt',
    refusedAndOff: (browsers) =>
      `UDP 443 erfasster Ziele wird sofort abgelehnt; durch eine Richtlinie ausgeschaltet in ${browsers}`,
  },
};
