// The words of the checks of capture by proxy, in German.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { captureHealth as english } from '../english/health-capture.ts';

const setToIt = 'Programme, die darauf eingestellt sind, erreichen sonst nichts.';
const isOff = 'der HTTP-Proxy ist aus (capture.http)';
const restart = (key: string): string =>
  `starten Sie den Agenten neu; wenn der Port belegt ist, wählen Sie in agent.yaml einen anderen (capture.${key})`;

export const captureHealth: Translated<typeof english> = {
  'http-proxy': {
    title: 'Der HTTP-Proxy antwortet',
    why: setToIt,
    off: 'ausgeschaltet (capture.http)',
    restart: restart('http'),
  },
  socks5: {
    title: 'Der SOCKS5-Proxy antwortet',
    why: setToIt,
    off: 'ausgeschaltet (capture.socks5)',
    restart: restart('socks5'),
  },
  pac: {
    title: 'Das Proxyskript wird ausgeliefert',
    why: 'Ein Browser, der es nicht lesen kann, geht ohne Hinweis direkt hinaus.',
    off: isOff,
    restart: restart('http'),
    otherType: (at, type, wanted) => `${at} ist ${type} statt ${wanted}`,
    noType: (at, wanted) => `${at} hat keinen Typ statt ${wanted}`,
    otherProgram:
      'ein anderes Programm antwortet auf diesem Port: beenden Sie es, und starten Sie den Agenten neu',
  },
  'system-proxy': {
    title: 'Ihre Sitzung verwendet den Proxy',
    why: 'Programme, die keinen Proxy kennen, gehen am Agenten vorbei.',
    off: isOff,
    captured: 'Programme werden ohne Proxy erfasst',
    notSet: 'weder in der Umgebung noch in GNOME wurde eine Einstellung gefunden',
    otherwise: (settings) => `eingestellt auf ${settings}`,
    set: (pacUrl, httpProxy) =>
      `führen Sie "opengsa session" aus; oder tragen Sie das Proxyskript ${pacUrl} in den Netzwerkeinstellungen ein, oder für Programme im Terminal: export https_proxy=http://${httpProxy}`,
    session: {
      keeps: (place) => `opengsa session hält sie: ${place}`,
      unwanted: 'opengsa session läuft, und der Agent verlangt die Einstellung zurzeit nicht',
      leftBehind: 'zurückgelassen von einer Sitzung, die gewaltsam beendet wurde',
      changedSince: (keys) => `seither von Ihnen oder einem anderen Programm geändert (${keys})`,
      doesNotStay: (keys) => `was opengsa session einstellt, bleibt nicht (${keys})`,
      notSet: (cause) => `opengsa session konnte sie nicht einstellen: ${cause}`,
      remedy: '"opengsa session status" zeigt, was wo eingestellt und was zu tun ist',
    },
  },
};
