// The words of the checks of the network that this machine is in, in German.
import { plural } from '../../../../protocol/words/forms.ts';
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { networkHealth as english } from '../english/health-network.ts';

export const networkHealth: Translated<typeof english> = {
  'default-route': {
    title: 'Das Netzwerk führt nach außen',
    why: 'Ohne Standardroute wird weder das Edge noch etwas anderes erreicht.',
    noAddress: 'keine Schnittstelle hat eine Adresse',
    plugIn: 'stecken Sie das Kabel ein, oder verbinden Sie sich mit einem WLAN',
    noRoute: (addresses) => `${addresses}, aber keine Standardroute`,
    reconnect:
      'verbinden Sie das Netzwerk neu; "ip route" muss eine Zeile mit default am Anfang zeigen, außer das Edge liegt in diesem Netzwerk',
  },
  internet: {
    title: 'Nichts steht vor dem Internet',
    why: 'Eine Anmeldeseite des Netzwerks hält alles auf, bis jemand dort war.',
    portal: 'das Netzwerk verlangt eine eigene Anmeldung',
    openPage: (page) => `öffnen Sie ${page} im Browser, und melden Sie sich beim Netzwerk an`,
    openAny: 'öffnen Sie eine einfache http://-Seite im Browser, und melden Sie sich beim Netzwerk an',
    offline: 'das Netzwerk lässt nichts durch',
    checkCable: 'prüfen Sie Kabel oder WLAN',
    reached: 'das Edge wird darüber erreicht',
    nobodyTold: 'nichts hat geantwortet, das es sagen könnte',
  },
  'name-servers': {
    title: 'Die Namensserver antworten',
    why: 'Dort werden Namen von Diensten und des Edge zu Adressen.',
    none: '/etc/resolv.conf nennt keinen',
    addOne: 'verbinden Sie das Netzwerk neu, oder ergänzen Sie dort eine Zeile mit nameserver',
    answered: (server, ms, all) => `${server} in ${ms}\u00a0ms; gefunden: ${all}`,
    openPort: (all) =>
      `prüfen Sie, ob der UDP-Port 53 zu ${all} offen ist, oder nennen Sie in den Netzwerkeinstellungen einen anderen Server`,
  },
  ipv6: {
    title: 'IPv6 geht nicht an der Erfassung vorbei',
    why: 'Ein Ziel, das über IPv6 erreicht wird, muss auch dort erfasst werden.',
    none: 'dieses Netzwerk hat kein IPv6',
    byProxy: (gateway) =>
      `Standardroute ${gateway}; der Proxy erhält Namen, gleich welche Adressen sie haben`,
    captured: (gateway, ranges) =>
      `Standardroute ${gateway}; ${ranges} ${plural(ranges, 'de', 'Bereich', 'Bereiche')} erfasst`,
    notCaptured: (gateway) => `Standardroute ${gateway}; Namen werden erfasst, IPv6-Bereiche nicht`,
    installKoffi:
      'installieren Sie das optionale Paket koffi neben dem Agenten, oder setzen Sie die Härtung solcher Regeln auf block',
  },
};
