// What stands in the way of the transparent capture, in German, and what to do about it.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { captureObstacles as english } from '../english/capture-obstacles.ts';

export const captureObstacles: Translated<typeof english> = {
  'not-linux': {
    sentence: 'Die transparente Erfassung braucht nftables, das dieses System nicht hat.',
    remedy: 'Verwenden Sie den Proxy: Erfassungsmodus "proxy".',
  },
  'runs-as-root': {
    sentence:
      'Der Agent läuft als root. Daher ist sein eigener Datenverkehr nicht von dem anderer Dienste zu unterscheiden.',
    remedy:
      'Lassen Sie ihn unter einem eigenen Konto mit CAP_NET_ADMIN laufen: User= und AmbientCapabilities= in der Unit.',
  },
  'captures-itself': {
    sentence: 'Das Konto, das erfasst werden soll, ist das Konto des Agenten selbst.',
    remedy: 'Lassen Sie den Agenten unter einem eigenen Konto laufen.',
  },
  'nft-missing': {
    sentence: 'Das Programm nft ist nicht installiert.',
    remedy: 'Installieren Sie das Paket nftables und starten Sie den Agenten neu.',
  },
  'ip-missing': {
    sentence: 'Das Programm ip ist nicht installiert.',
    remedy: 'Installieren Sie das Paket iproute2 und starten Sie den Agenten neu.',
  },
  'no-net-admin': {
    sentence: 'Der Agent darf die Regeln des Netzwerks nicht ändern.',
    remedy: 'Geben Sie ihm CAP_NET_ADMIN: AmbientCapabilities=CAP_NET_ADMIN in der Unit.',
  },
  'other-agent': {
    sentence: 'Ein anderer laufender Agent hat die Erfassung auf diesem Gerät.',
    remedy: 'Beenden Sie den anderen Agenten und starten Sie diesen neu.',
  },
  'kernel-feature': {
    sentence: 'Diesem Kernel oder diesem nft fehlt etwas, woraus die Erfassung besteht.',
    remedy: 'Linux 5.12 und nft 0.9.9 haben alles: nf_tables mit NAT und Tabellen mit Besitzer.',
  },
  'rules-refused': {
    sentence: 'Das System nimmt die Regeln der Erfassung nicht an.',
    remedy:
      'Sehen Sie die Meldung von nft an. Vielleicht steht ein Regelsatz eines anderen Programms im Weg.',
  },
  'no-route': {
    sentence:
      'Das System hat keine Route zu den synthetischen Adressen. Daher scheitern Verbindungen dorthin sofort.',
    remedy:
      'Aktivieren Sie die Loopback-Schnittstelle. Suchen Sie nach einer Regel oder Route, die den synthetischen Bereich sperrt.',
  },
  'connections-untracked': {
    sentence: 'Eine erfasste Verbindung erhält keine Antwort.',
    remedy:
      'Suchen Sie nach einer Firewallregel mit "notrack" auf der Loopback-Schnittstelle oder einer, die 127.0.0.0/8 verwirft.',
  },
  'hook-bypassed': {
    sentence: 'Eine Verbindung zu einer synthetischen Adresse kommt nicht beim Agenten an.',
    remedy:
      'Suchen Sie nach einer Firewallregel, die ausgehend den synthetischen Bereich oder 127.0.0.0/8 ablehnt oder verwirft.',
  },
  loop: {
    sentence: 'Der Agent hat seine eigene Verbindung erfasst. Daher wurde die Erfassung beendet.',
    remedy:
      'Lassen Sie den Agenten unter einem Konto laufen, das unterwegs nichts ändert, und starten Sie ihn neu.',
  },
  'no-default-route': {
    sentence:
      'Es gibt keine Standardroute: Subnetze sind unerreichbar, bevor sie erfasst werden können. Namen werden erfasst.',
    remedy: 'Verbinden Sie sich mit einem Netzwerk.',
  },
  'names-redirected-elsewhere': {
    sentence:
      'Ein anderes Programm leitet Fragen an Namensserver um (Port 53). Daher werden Namen vielleicht nicht erfasst.',
    remedy: 'Schalten Sie die DNS-Umleitung des anderen Programms aus.',
  },
  'nameserver-out-of-reach': {
    sentence:
      'Ein Namensserver mit verbindungslokaler Adresse wird am Agenten vorbei gefragt; Namen, die er nennt, werden nicht erfasst.',
    remedy: 'Geben Sie diesem Gerät einen Namensserver, dessen Adresse keine Schnittstelle braucht.',
  },
  'no-ipv6-capture': {
    sentence:
      'IPv6-Subnetze werden nicht erfasst. Sie gehen durch oder werden abgelehnt, wo ihre Regeln "block" sagen.',
    remedy:
      'Installieren Sie das optionale Modul koffi, und aktivieren Sie IPv6 auf der Loopback-Schnittstelle.',
  },
  'no-room': {
    sentence: 'Die Subnetze der Profile sind zusammen größer als der Platz in 127.0.0.0/8.',
    remedy: 'Nennen Sie in den Regeln weniger oder kleinere Subnetze.',
  },
};
