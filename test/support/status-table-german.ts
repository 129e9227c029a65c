// The words of every state that people can meet, in German: one entry for each row of the table of states.
import type { Status } from '../../protocol/status.ts';

type Shown = Pick<Status, 'title' | 'sentence' | 'cause' | 'remedy'>;

export const statusTableGerman: Readonly<Record<string, Shown>> = {
  connected: {
    title: 'Verbunden',
    sentence:
      'login.contoso.test wird Ihre Adresse 203.0.113.7 sehen. Entra ID wird das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: null,
    remedy: null,
  },
  'connected, the address is still being asked for': {
    title: 'Verbunden',
    sentence:
      'login.contoso.test wird Ihre Adresse sehen, die gerade geprüft wird. Entra ID wird das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: null,
    remedy: null,
  },
  'an address from before a network change is not shown': {
    title: 'Verbunden',
    sentence:
      'login.contoso.test wird Ihre Adresse sehen, die gerade geprüft wird. Entra ID wird das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: null,
    remedy: null,
  },
  'two addresses in the Microsoft group': {
    title: 'Verbunden, 1 Hinweis',
    sentence: 'Anmeldung und Graph werden 198.51.100.5 sehen, SharePoint wird 203.0.113.7 sehen.',
    cause: 'SharePoint geht direkt hinaus (die Regel sagt bypass); die anderen gehen durch das Edge.',
    remedy: 'Sehen Sie unter Quelladresse nach.',
  },
  'no choice made for Microsoft': {
    title: 'Verbunden, 1 Hinweis',
    sentence: 'Entra ID wird Ihre eigene Adresse 203.0.113.7 oder 2001:db8::7 sehen.',
    cause: 'Contoso hat für die Dienste von Microsoft weder anchor noch direct gewählt.',
    remedy: 'Bitten Sie die IT von Contoso, das zu entscheiden.',
  },
  'signalling off': {
    title: 'Verbunden, Adressen werden nicht weitergegeben',
    sentence: 'login.contoso.test und Entra ID werden das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: 'Contoso hat die Signalisierung um 08:55 Uhr ausgeschaltet.',
    remedy: 'Fragen Sie die IT von Contoso, wenn Anmeldungen fehlschlagen.',
  },
  'address not proven': {
    title: 'Adresse nicht nachgewiesen',
    sentence:
      'login.contoso.test wird Ihre Adresse sehen, die nicht nachgewiesen ist. Entra ID wird das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: 'Zwei Prüfungen widersprechen sich: 203.0.113.7 und 203.0.113.9.',
    remedy:
      'Prüfen Sie jetzt erneut. Wenn es so bleibt, teilen Sie der IT mit, dass dieses Netzwerk mehrere Ausgänge hat.',
  },
  'a foreign edge says nothing': {
    title: 'Verbunden, 1 Hinweis',
    sentence: 'login.contoso.test und Entra ID werden eine Adresse sehen, die dieses Edge nicht nennt.',
    cause: 'Dieses Edge stammt von einem anderen Hersteller und sagt nicht, was es mit Adressen tut.',
    remedy: 'Fragen Sie die IT von Contoso, welche Adresse Dienste sehen.',
  },
  'two things at once': {
    title: 'Verbunden, 2 Hinweise',
    sentence: 'login.contoso.test und Entra ID werden das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: 'Contoso hat die Signalisierung am 22. November um 08:55 Uhr ausgeschaltet.',
    remedy: 'Fragen Sie die IT von Contoso, wenn Anmeldungen fehlschlagen.',
  },
  'a channel is unreachable': {
    title: '1 von 1 Kanal nicht erreichbar',
    sentence:
      'login.contoso.test wird Ihre Adresse 203.0.113.7 sehen. Entra ID wird das Edge mit der Adresse 198.51.100.5 sehen.',
    cause: 'edge-1 gave Microsoft 365 no answer within 5 s.',
    remedy: 'Sehen Sie in der Integritätsprüfung nach.',
  },
  connecting: {
    title: 'Verbindung wird hergestellt',
    sentence: 'Bis ein Edge antwortet, wartet die Anmeldung. Alles andere geht direkt hinaus.',
    cause: 'The network changed at 09:41. Versuch 2.',
    remedy: 'Sie müssen nichts tun.',
  },
  'connecting, and the organisation has an app that waits': {
    title: 'Verbindung wird hergestellt',
    sentence: 'Bis ein Edge antwortet, wartet app.contoso.test. Alles andere geht direkt hinaus.',
    cause: 'Versuch 1.',
    remedy: 'Sie müssen nichts tun.',
  },
  'connecting, and many things wait': {
    title: 'Verbindung wird hergestellt',
    sentence: 'Bis ein Edge antwortet, warten a.test, b.test und 2 weitere. Alles andere geht direkt hinaus.',
    cause: 'Versuch 1.',
    remedy: 'Sie müssen nichts tun.',
  },
  'connecting, and nothing waits': {
    title: 'Verbindung wird hergestellt',
    sentence: 'Bis ein Edge antwortet, geht alles direkt hinaus.',
    cause: 'Versuch 1.',
    remedy: 'Sie müssen nichts tun.',
  },
  'connected, before the edge has told its view': {
    title: 'Verbunden',
    sentence: 'Entra ID wird eine Adresse sehen, die das Edge noch nicht genannt hat.',
    cause: null,
    remedy: null,
  },
  paused: {
    title: 'Pausiert',
    sentence:
      'Microsoft-Datenverkehr geht direkt hinaus. Jeder Dienst, auch Entra ID, wird Ihre eigene Adresse 203.0.113.7 oder 2001:db8::7 sehen.',
    cause: 'Von Ihnen um 09:41 Uhr, bis 09:51 Uhr.',
    remedy: 'Heben Sie die Pause jetzt auf.',
  },
  'off by the person': {
    title: 'Aus',
    sentence:
      'Microsoft-Datenverkehr geht direkt hinaus. Jeder Dienst, auch Entra ID, wird Ihre eigene Adresse 203.0.113.7 oder 2001:db8::7 sehen.',
    cause: 'Sie haben OpenGSA um 09:12 Uhr ausgeschaltet.',
    remedy: 'Schalten Sie es ein.',
  },
  'the profile switched off by the person': {
    title: 'Aus',
    sentence:
      'Microsoft-Datenverkehr geht direkt hinaus. Jeder Dienst, auch Entra ID, wird Ihre eigene Adresse 203.0.113.7 oder 2001:db8::7 sehen.',
    cause: 'Sie haben das Profil um 09:12 Uhr ausgeschaltet.',
    remedy: 'Schalten Sie es ein.',
  },
  'off by the organisation': {
    title: 'Von Ihrer Organisation ausgeschaltet',
    sentence:
      'Microsoft-Datenverkehr geht direkt hinaus. Jeder Dienst, auch Entra ID, wird Ihre eigene Adresse 203.0.113.7 oder 2001:db8::7 sehen.',
    cause: 'Contoso hat Ihnen kein aktives Profil zugewiesen.',
    remedy: 'Rufen Sie das neueste Profil ab, oder fragen Sie die IT von Contoso.',
  },
  'not enrolled': {
    title: 'Nicht registriert',
    sentence:
      'OpenGSA ändert nichts, bis Sie beitreten. Der gesamte Datenverkehr geht direkt hinaus, und jeder Dienst sieht Ihre eigene Adresse.',
    cause: 'Dieses Gerät gehört noch zu keiner Organisation.',
    remedy: 'Fahren Sie mit der Adresse des Edge oder der Einladung fort.',
  },
  'edge unreachable': {
    title: 'Edge nicht erreichbar',
    sentence:
      'Kein Edge antwortet. Neue Anmeldungen schlagen fehl, bis ein Edge bereit ist. Anderer Microsoft 365-Datenverkehr geht direkt hinaus.',
    cause: 'TCP port 443 of edge-1 and edge-2 gave no answer within 5 s.',
    remedy: 'Versuchen Sie es jetzt erneut, oder wechseln Sie das Netzwerk.',
  },
  'edge unreachable while nothing is blocked': {
    title: 'Edge nicht erreichbar',
    sentence: 'Kein Edge antwortet. Anmeldungen gehen solange direkt hinaus.',
    cause: 'No answer.',
    remedy: 'Versuchen Sie es jetzt erneut, oder wechseln Sie das Netzwerk.',
  },
  'device refused': {
    title: 'Edge lehnt dieses Gerät ab',
    sentence:
      'edge-1 antwortet, akzeptiert dieses Gerät aber nicht. Neue Anmeldungen schlagen fehl, bis ein Edge bereit ist. Auch anderer Microsoft 365-Datenverkehr steht still.',
    cause: 'Contoso revoked its certificate on 21 November.',
    remedy: 'Bitten Sie die IT von Contoso um eine Einladung, und registrieren Sie das Gerät dann erneut.',
  },
  'edge not proven': {
    title: 'Edge nicht nachgewiesen',
    sentence:
      'edge-1 antwortet, konnte aber nicht nachweisen, dass es das Edge Ihrer Organisation ist. Neue Anmeldungen schlagen fehl, bis ein Edge bereit ist. Auch anderer Microsoft 365-Datenverkehr steht still.',
    cause: 'Another authority signed it.',
    remedy: 'Versuchen Sie ein anderes Netzwerk. Wenn es so bleibt, informieren Sie die IT von Contoso.',
  },
  'sign in needed': {
    title: 'Anmeldung erforderlich',
    sentence: 'Einen Teil Ihres Datenverkehrs nimmt das Edge erst an, wenn Sie sich angemeldet haben.',
    cause: 'Your session ended at 09:30.',
    remedy: 'Melden Sie sich an.',
  },
  'no internet': {
    title: 'Kein Internet',
    sentence: 'Dieses Gerät ist offline. OpenGSA verbindet sich von selbst, sobald es wieder online ist.',
    cause: 'Kein Netzwerk führt seit 09:30 Uhr ins Internet.',
    remedy: 'Prüfen Sie WLAN oder Kabel.',
  },
  'captive portal': {
    title: 'Dieses Netzwerk verlangt eine Anmeldung',
    sentence: 'Es lässt nichts durch, bevor Sie seine Seite öffnen.',
    cause: 'Die Internetprüfung wurde zu 192.0.2.1 umgeleitet.',
    remedy: 'Öffnen Sie die Seite.',
  },
};
