// The words for a prediction, in German: why, which named location, and how it was verified.
import type { seenAs as english } from '../english/seen-as.ts';
import type { Translated } from '../translated.ts';

export const seenAs: Translated<typeof english> = {
  reasons: {
    // Direct.
    'own-edge': 'Es ist Ihr eigenes Edge oder dessen Zeuge. Beide werden immer direkt erreicht.',
    'not-enrolled': 'Dieses Gerät hat noch kein Edge. Daher geht alles direkt hinaus.',
    paused: 'OpenGSA ist pausiert. Daher geht alles direkt hinaus.',
    disconnected: 'OpenGSA ist ausgeschaltet. Daher geht alles direkt hinaus.',
    'break-glass': 'Ihre Organisation hat alle Profile ausgeschaltet. Daher geht alles direkt hinaus.',
    'by-program': 'Regeln für bestimmte Programme nennen es. Daher hängt es vom Programm ab.',
    'no-rule': 'Keine Regel eines aktiven Profils nennt es. Daher geht es direkt hinaus.',
    'rule-bypass': 'Seine Regel sagt bypass. Daher geht es direkt hinaus.',
    'policy-disabled': 'Die Richtlinie mit seiner Regel ist ausgeschaltet. Daher geht es direkt hinaus.',
    'class-direct': 'Die Klasse, die das Edge ihm gibt, ist direct. Daher geht es direkt hinaus.',
    'hardening-bypass': 'Kein Edge ist verbunden, und seine Regel lässt es solange direkt hinaus.',
    'microsoft-direct':
      'Ihre Organisation hat für die Dienste von Microsoft direct gewählt. Sie sehen daher die Adresse Ihrer eigenen Verbindung.',
    'microsoft-undecided':
      'Ihre Organisation hat für die Dienste von Microsoft weder anchor noch direct gewählt. Sie werden daher direkt erreicht.',
    'microsoft-view-awaited':
      'Das Edge hat noch nicht gesagt, wie die Dienste von Microsoft erreicht werden sollen. Solange entscheidet seine Regel.',
    // Blocked.
    'hardening-block': 'Kein Edge ist verbunden, und seine Regel lässt nichts direkt hinaus.',
    // Through the edge.
    'address-passed-on': 'Das Edge nennt ihm Ihre Adresse.',
    'own-address-unknown':
      'Das Edge nennt ihm Ihre Adresse. Welche das ist, wurde noch nicht herausgefunden.',
    'address-not-proven':
      'Das Edge nennt ihm Ihre Adresse, wie das Edge sie sieht. Die Prüfungen hier widersprechen sich, welche das ist.',
    'signaling-disabled':
      'Ihre Organisation hat die Signalisierung ausgeschaltet. Daher nennt das Edge nichts und zeigt sich selbst.',
    'statement-not-read':
      'Nach seiner Klasse nennt das Edge Ihre Adresse. Microsoft liest aber nur die Adresse der Verbindung und sonst nichts.',
    'microsoft-anchor':
      'Ihre Organisation hat für die Dienste von Microsoft anchor gewählt: Das Edge ruft sie von einer eigenen Adresse auf, die als benannter Standort eingetragen werden kann.',
    'class-anchor':
      'Das Edge ruft es von einer eigenen Adresse auf, die als benannter Standort eingetragen werden kann.',
    'class-opaque': 'Das Edge leitet es weiter und nennt nichts. Daher sieht das Ziel das Edge.',
    'class-tenant-restriction':
      'Das Edge leitet es weiter und nennt keine Adressen. Daher sieht das Ziel das Edge.',
    'foreign-edge':
      'Dieses Edge stammt von einem anderen Hersteller und sagt nicht, welche Adresse es zeigt.',
    'view-awaited': 'Das Edge hat noch nicht gesagt, welche Adresse es zeigt.',
  },
  otherReason: (reason) => `Der Grund ist ${reason}.`,
  verdict: {
    inside: (names) => `in ${names.join(', ')}`,
    trusted: (name) => `${name} (vertrauenswürdig)`,
    outside: 'in keinem',
    notJudged: 'nicht beurteilt',
  },
  verification: {
    notAsked: 'nicht gefragt',
    agrees: 'stimmt überein',
    differs: (address) => `weicht ab: sah ${address}`,
    unpredicted: (address) => `sah ${address}`,
    notVerified: 'nicht geprüft',
  },
  unverified: {
    theService: 'dem Auskunftsdienst',
    'no-reflection':
      'Nicht geprüft: Für dieses Ziel ist kein Auskunftsdienst eingerichtet (reflections in agent.yaml).',
    'other-path': (service, said) => `Nicht geprüft: Zu ${service} führt ein anderer Weg${said}.`,
    blocked: 'Nicht geprüft: Im Moment wird es nicht erreicht.',
    refused: (service, said) => `Nicht geprüft: Die Verbindung zu ${service} wurde abgelehnt${said}.`,
    untrusted: (service, said) =>
      `Nicht geprüft: Die Identität von ${service} wurde nicht nachgewiesen${said}.`,
    unreachable: (service, said) => `Nicht geprüft: Keine Verbindung zu ${service}${said}.`,
    timeout: (service, said) => `Nicht geprüft: Keine rechtzeitige Antwort von ${service}${said}.`,
    'unexpected-answer': (service, said) =>
      `Nicht geprüft: Die Antwort von ${service} nennt keine Adresse${said}.`,
    'changed-meanwhile':
      'Nicht geprüft: Netzwerk oder Weg haben sich geändert, während die Frage unterwegs war. Fragen Sie erneut.',
  },
};
