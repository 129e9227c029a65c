// The texts of the traffic table and its details.
import type { FlowRecord } from '../../../../protocol/flow-record.ts';
import type { Strings } from '../../../shared/strings.ts';
import type { Period } from './traffic-filter.ts';

/** The columns of the table, by what names them in the program. */
export type FlowColumn =
  'begin' | 'destination' | 'process' | 'action' | 'class' | 'seen' | 'sent' | 'received' | 'state';

export type TrafficStrings = {
  readonly title: string;
  readonly search: string;
  readonly searchIn: string;
  readonly flows: string;
  readonly columns: Readonly<Record<FlowColumn, string>>;
  readonly actions: Readonly<Record<FlowRecord['action'], string>>;
  readonly states: Readonly<Record<FlowRecord['state'], string>>;
  readonly blocked: string;
  readonly notSent: string;
  readonly action: string;
  readonly class: string;
  readonly time: string;
  readonly periods: Readonly<Record<Period, string>>;
  readonly live: string;
  readonly held: string;
  readonly frozen: string;
  readonly matching: (matching: string, all: string) => string;
  readonly noFlows: string;
  readonly noMatch: string;
  readonly showAll: string;
  readonly notLive: string;
  readonly ofBundle: string;
  readonly resume: string;
  readonly route: {
    readonly label: string;
    readonly on: (program: string, device: string) => string;
    readonly program: string;
    readonly thisDevice: string;
    readonly addressSeen: string;
    readonly addressPassedOn: string;
    readonly relays: string;
    readonly passesOn: string;
  };
  readonly willSeeOwn: (who: string) => string;
  readonly willSeeEdge: (who: string) => string;
  readonly facts: {
    readonly action: string;
    readonly why: string;
    readonly rule: string;
    readonly noRule: string;
    readonly hardening: string;
    readonly hardenings: { readonly block: string; readonly bypass: string };
    readonly channel: string;
    readonly given: string;
    readonly status: string;
    readonly openFor: (duration: string) => string;
    readonly lasted: (state: string, duration: string) => string;
    readonly bytes: string;
    readonly byteCounts: (sent: string, received: string) => string;
    readonly process: string;
    readonly person: string;
    readonly flow: string;
    readonly trace: string;
  };
  readonly withClass: (action: string, name: string) => string;
  readonly test: string;
};

export const trafficStrings: Strings<TrafficStrings> = {
  en: {
    title: 'Traffic',
    search: 'Search traffic',
    searchIn: 'Destination, process, address',
    flows: 'Flows',
    columns: {
      begin: 'Begin',
      destination: 'Destination',
      process: 'Process',
      action: 'Action',
      class: 'Class',
      seen: 'Seen as',
      sent: 'Sent',
      received: 'Received',
      state: 'Status',
    },
    actions: { tunnel: 'Tunnel', direct: 'Bypass', block: 'Block' },
    states: { opening: 'Opening', open: 'Open', closed: 'Closed', refused: 'Refused', reset: 'Reset' },
    blocked: 'Blocked',
    notSent: 'Not sent',
    action: 'Action',
    class: 'Class',
    time: 'Time',
    periods: { minute: 'Last minute', 'five-minutes': 'Last 5 minutes', hour: 'Last hour' },
    live: 'Live, newest first',
    held: 'Held still while you are in the table',
    frozen: 'Frozen',
    matching: (matching, all) => `${matching} of ${all} flows match`,
    noFlows: 'No program has opened a connection yet.',
    noMatch: 'No flow matches the search and filters.',
    showAll: 'Show all flows',
    notLive: 'The service does not answer, so no flows are told.',
    ofBundle: 'As they were when the bundle was made',
    resume: 'Resume',
    route: {
      label: 'Route',
      on: (program, device) => `${program} on ${device}`,
      program: 'A program',
      thisDevice: 'this device',
      addressSeen: 'the address seen',
      addressPassedOn: 'the address passed on',
      relays: 'Relays the connection unread',
      passesOn: 'States your address, then relays the connection',
    },
    willSeeOwn: (who) => `${who} will see your address, `,
    willSeeEdge: (who) => `${who} will see the edge, `,
    facts: {
      action: 'Action',
      why: 'Reason',
      rule: 'Rule',
      noRule: 'None',
      hardening: 'Hardening',
      hardenings: { block: 'Block', bypass: 'Bypass' },
      channel: 'Channel',
      given: 'Edge saw',
      status: 'Status',
      openFor: (duration) => `Open for ${duration}`,
      lasted: (state, duration) => `${state} after ${duration}`,
      bytes: 'Bytes',
      byteCounts: (sent, received) => `${sent} sent, ${received} received`,
      process: 'Process',
      person: 'Person',
      flow: 'Flow',
      trace: 'Trace',
    },
    withClass: (action, name) => `${action}, class ${name}`,
    test: 'Test this destination',
  },
  de: {
    title: 'Datenverkehr',
    search: 'Datenverkehr durchsuchen',
    searchIn: 'Ziel, Prozess, Adresse',
    flows: 'Verbindungen',
    columns: {
      begin: 'Beginn',
      destination: 'Ziel',
      process: 'Prozess',
      action: 'Aktion',
      class: 'Klasse',
      seen: 'Gesehen als',
      sent: 'Gesendet',
      received: 'Empfangen',
      state: 'Status',
    },
    actions: { tunnel: 'Tunnel', direct: 'Direkt', block: 'Blockieren' },
    states: {
      opening: 'Öffnet',
      open: 'Offen',
      closed: 'Beendet',
      refused: 'Abgelehnt',
      reset: 'Abgebrochen',
    },
    blocked: 'Blockiert',
    notSent: 'Nicht gesendet',
    action: 'Aktion',
    class: 'Klasse',
    time: 'Zeit',
    periods: { minute: 'Letzte Minute', 'five-minutes': 'Letzte 5 Minuten', hour: 'Letzte Stunde' },
    live: 'Laufend, neueste zuerst',
    held: 'Steht still, solange Sie in der Tabelle sind',
    frozen: 'Angehalten',
    matching: (matching, all) => `${matching} von ${all} Verbindungen passen`,
    noFlows: 'Noch hat kein Programm eine Verbindung geöffnet.',
    noMatch: 'Keine Verbindung passt zu Suche und Filtern.',
    showAll: 'Alle Verbindungen zeigen',
    notLive: 'Der Dienst antwortet nicht und meldet daher keine Verbindungen.',
    ofBundle: 'Wie sie waren, als das Paket entstand',
    resume: 'Fortsetzen',
    route: {
      label: 'Weg',
      on: (program, device) => `${program} auf ${device}`,
      program: 'Ein Programm',
      thisDevice: 'diesem Gerät',
      addressSeen: 'die gesehene Adresse',
      addressPassedOn: 'die weitergegebene Adresse',
      relays: 'Leitet die Verbindung ungelesen weiter',
      passesOn: 'Gibt Ihre Adresse an und leitet die Verbindung weiter',
    },
    willSeeOwn: (who) => `${who} wird Ihre Adresse sehen: `,
    willSeeEdge: (who) => `${who} wird das Edge sehen: `,
    facts: {
      action: 'Aktion',
      why: 'Grund',
      rule: 'Regel',
      noRule: 'Keine',
      hardening: 'Härtung',
      hardenings: { block: 'Blockieren', bypass: 'Direkt' },
      channel: 'Kanal',
      given: 'Edge sah',
      status: 'Status',
      openFor: (duration) => `Offen seit ${duration}`,
      lasted: (state, duration) => `${state} nach ${duration}`,
      bytes: 'Bytes',
      byteCounts: (sent, received) => `${sent} gesendet, ${received} empfangen`,
      process: 'Prozess',
      person: 'Person',
      flow: 'Verbindung',
      trace: 'Trace',
    },
    withClass: (action, name) => `${action}, Klasse ${name}`,
    test: 'Dieses Ziel testen',
  },
};
