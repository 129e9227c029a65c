// The words of each state of the connection, in German.
import { allOf, oneOf } from '../../../../protocol/words/forms.ts';
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { status as english } from '../english/status.ts';
import { organisation } from './organisation.ts';
import { time } from './time.ts';

export const status: Translated<typeof english> = {
  connected: { title: 'Verbunden' },
  off: {
    sentence: (own) =>
      `Microsoft-Datenverkehr geht direkt hinaus. Jeder Dienst, auch Entra ID, wird Ihre eigene Adresse ${
        own.length === 0 ? '' : `${oneOf(own, 'de')} `
      }sehen.`,
  },
  notEnrolled: {
    title: 'Nicht registriert',
    sentence:
      'OpenGSA ändert nichts, bis Sie beitreten. Der gesamte Datenverkehr geht direkt hinaus, und jeder Dienst sieht Ihre eigene Adresse.',
    cause: 'Dieses Gerät gehört noch zu keiner Organisation.',
    remedy: 'Fahren Sie mit der Adresse des Edge oder der Einladung fort.',
  },
  paused: {
    title: 'Pausiert',
    cause: (since, until) => `Von Ihnen ${time.at(since)}, ${time.until(until)}.`,
    remedy: 'Heben Sie die Pause jetzt auf.',
  },
  offByUser: {
    title: 'Aus',
    agentOff: (since) => `Sie haben OpenGSA ${time.at(since)} ausgeschaltet.`,
    profileOff: (since) => `Sie haben das Profil ${time.at(since)} ausgeschaltet.`,
    remedy: 'Schalten Sie es ein.',
  },
  offByOrganisation: {
    title: 'Von Ihrer Organisation ausgeschaltet',
    cause: (name) => `${organisation.name(name)} hat Ihnen kein aktives Profil zugewiesen.`,
    breakGlass: (name) => `${organisation.name(name)} hat alle Profile für alle ausgeschaltet.`,
    remedy: (name) => `Rufen Sie das neueste Profil ab, oder fragen Sie ${organisation.it(name)}.`,
  },
  connecting: {
    title: 'Verbindung wird hergestellt',
    nothingWaits: 'Bis ein Edge antwortet, geht alles direkt hinaus.',
    signInWaits: 'Bis ein Edge antwortet, wartet die Anmeldung. Alles andere geht direkt hinaus.',
    theseWait: (labels, others) => {
      const all = others === 0 ? labels : [...labels, `${others} weitere`];
      return `Bis ein Edge antwortet, ${all.length > 1 ? 'warten' : 'wartet'} ${allOf(all, 'de')}. Alles andere geht direkt hinaus.`;
    },
    attempt: (attempt) => `Versuch ${attempt}.`,
    remedy: 'Sie müssen nichts tun.',
  },
  unreachable: {
    title: 'Edge nicht erreichbar',
    sentence: 'Kein Edge antwortet.',
    remedy: 'Versuchen Sie es jetzt erneut, oder wechseln Sie das Netzwerk.',
  },
  meanwhile: {
    signInsFail: 'Neue Anmeldungen schlagen fehl, bis ein Edge bereit ist.',
    signInsLeave: 'Anmeldungen gehen solange direkt hinaus.',
    othersStop: 'Auch anderer Microsoft 365-Datenverkehr steht still.',
    othersLeave: 'Anderer Microsoft 365-Datenverkehr geht direkt hinaus.',
  },
  refused: {
    title: 'Edge lehnt dieses Gerät ab',
    sentence: (edge) => `${edge} antwortet, akzeptiert dieses Gerät aber nicht.`,
    remedy: (name) =>
      `Bitten Sie ${organisation.it(name)} um eine Einladung, und registrieren Sie das Gerät dann erneut.`,
  },
  untrusted: {
    title: 'Edge nicht nachgewiesen',
    sentence: (edge) =>
      `${edge} antwortet, konnte aber nicht nachweisen, dass es das Edge Ihrer Organisation ist.`,
    remedy: (name) =>
      `Versuchen Sie ein anderes Netzwerk. Wenn es so bleibt, informieren Sie ${organisation.it(name)}.`,
  },
  signInNeeded: {
    title: 'Anmeldung erforderlich',
    sentence: 'Einen Teil Ihres Datenverkehrs nimmt das Edge erst an, wenn Sie sich angemeldet haben.',
    remedy: 'Melden Sie sich an.',
  },
  noInternet: {
    title: 'Kein Internet',
    sentence: 'Dieses Gerät ist offline. OpenGSA verbindet sich von selbst, sobald es wieder online ist.',
    cause: (since) => `Kein Netzwerk führt ${time.since(since)} ins Internet.`,
    remedy: 'Prüfen Sie WLAN oder Kabel.',
  },
  captivePortal: {
    title: 'Dieses Netzwerk verlangt eine Anmeldung',
    sentence: 'Es lässt nichts durch, bevor Sie seine Seite öffnen.',
    answered: 'Die Internetprüfung wurde von diesem Netzwerk beantwortet.',
    sentTo: (page) => `Die Internetprüfung wurde zu ${page} umgeleitet.`,
    openAny: 'Öffnen Sie eine beliebige Seite im Browser: Dieses Netzwerk zeigt seine eigene.',
    openIt: 'Öffnen Sie die Seite.',
  },
};
