// The texts of the forwarding profile and its policy tester.
import type { LowerBecause } from '../../../../protocol/policy-test.ts';
import type { Rule } from '../../../../protocol/profile.ts';
import type { Strings } from '../../../shared/strings.ts';

type Action = 'tunnel' | 'direct' | 'block';

/** The columns of the table, by what names them in the program. */
export type RuleColumn =
  'priority' | 'destination' | 'protocol' | 'port' | 'action' | 'class' | 'hardening' | 'rule';

export type ForwardingStrings = {
  readonly title: string;
  readonly profile: (name: string, version: string, rules: string) => string;
  readonly off: string;
  readonly lockedOff: string;
  readonly rules: (count: number) => string;
  readonly bypassRules: (count: number) => string;
  readonly policyDisabled: string;
  readonly profileOff: string;
  readonly refresh: string;
  readonly search: string;
  readonly searchIn: string;
  readonly policy: string;
  readonly action: string;
  readonly hardening: string;
  readonly table: string;
  readonly columns: Readonly<Record<RuleColumn, string>>;
  readonly actions: Readonly<Record<Rule['action'], string>>;
  readonly hardenings: Readonly<Record<Rule['clientFallbackAction'], string>>;
  readonly categories: Readonly<Record<Rule['category'], string>>;
  readonly more: Readonly<
    Record<'names' | 'networks' | 'addresses' | 'ranges' | 'others', (count: number) => string>
  >;
  readonly noRules: string;
  readonly noMatch: string;
  readonly showAll: string;
  readonly details: {
    readonly destinations: string;
    readonly policy: string;
    readonly set: string;
    readonly test: string;
  };
  readonly tester: {
    readonly title: string;
    readonly hint: string;
    readonly none: string;
    readonly test: string;
    readonly empty: string;
    readonly actions: Readonly<Record<Action, string>>;
    readonly withClass: (action: string, name: string) => string;
    readonly seesOwn: (who: string) => string;
    readonly seesEdge: (who: string) => string;
    readonly tunnelDown: Readonly<Record<Action, string>>;
    readonly udp: string;
    readonly byProgram: string;
    readonly looked: string;
    readonly ownHosts: string;
    readonly ownHostsAre: string;
    readonly mode: string;
    readonly programRules: string;
    readonly forSome: string;
    readonly noMatch: string;
    readonly decides: string;
    readonly wouldDecide: string;
    readonly alsoMatches: string;
    readonly set: (id: number) => string;
    readonly category: (name: string) => string;
    readonly disabled: string;
    readonly lower: Readonly<Record<LowerBecause, string>>;
  };
};

export const forwardingStrings: Strings<ForwardingStrings> = {
  en: {
    title: 'Forwarding profile',
    profile: (name, version, rules) => `${name}, version ${version}, ${rules}`,
    off: 'turned off',
    lockedOff: 'turned off by your organisation',
    rules: (count) => (count === 1 ? '1 rule' : `${count} rules`),
    bypassRules: (count) => `${count} bypass`,
    policyDisabled: 'policy disabled: all of it goes direct',
    profileOff: 'profile turned off',
    refresh: 'Refresh',
    search: 'Search rules',
    searchIn: 'Destination or rule',
    policy: 'Policy',
    action: 'Action',
    hardening: 'Hardening',
    table: 'Rules',
    columns: {
      priority: 'Priority',
      destination: 'Destination',
      protocol: 'Protocol',
      port: 'Port',
      action: 'Action',
      class: 'Class',
      hardening: 'Hardening',
      rule: 'Rule',
    },
    actions: { forward: 'Tunnel', bypass: 'Bypass' },
    hardenings: { block: 'Block', bypass: 'Bypass' },
    categories: { optimized: 'Optimize', allow: 'Allow', default: 'Default' },
    more: {
      names: (count) => `and ${count} more ${count === 1 ? 'name' : 'names'}`,
      networks: (count) => `and ${count} more ${count === 1 ? 'network' : 'networks'}`,
      addresses: (count) => `and ${count} more ${count === 1 ? 'address' : 'addresses'}`,
      ranges: (count) => `and ${count} more ${count === 1 ? 'range' : 'ranges'}`,
      others: (count) => `and ${count} more`,
    },
    noRules: 'No profile has rules yet, so everything leaves directly.',
    noMatch: 'No rule matches the search and filters.',
    showAll: 'Show all rules',
    details: {
      destinations: 'Destinations',
      policy: 'Policy',
      set: 'Endpoint set',
      test: 'Test this destination',
    },
    tester: {
      title: 'Policy tester',
      hint: 'Name or address, port, protocol. Nothing is sent.',
      none: 'What becomes of a flow to this destination stands here, with everything that was looked at.',
      test: 'Test',
      empty: 'The field is empty. Type a name or an address, for example login.contoso.test.',
      actions: { tunnel: 'Tunnel', direct: 'Direct', block: 'Blocked' },
      withClass: (action, name) => `${action}, class ${name}.`,
      seesOwn: (who) => `${who} will see your address, `,
      seesEdge: (who) => `${who} will see the edge, `,
      tunnelDown: {
        tunnel: 'With the tunnel down: it waits.',
        direct: 'With the tunnel down: direct.',
        block: 'With the tunnel down: blocked.',
      },
      udp: 'The tunnel carries TCP only; programs fall back to it.',
      byProgram: 'Rules for certain programs come first for those.',
      looked: 'What was looked at',
      ownHosts: 'Own hosts',
      ownHostsAre: 'The edge and its witness are always reached directly',
      mode: 'State',
      programRules: 'Rules for programs',
      forSome: 'For some',
      noMatch: 'No match',
      decides: 'Decides',
      wouldDecide: 'Would decide',
      alsoMatches: 'Also matches',
      set: (id) => `Set ${id}`,
      category: (name) => `category ${name}`,
      disabled: 'its policy is disabled',
      lower: {
        profile: 'in a later profile',
        category: 'a lower category',
        exactness: 'a pattern comes after an exact name',
        length: 'less specific',
        'endpoint-set': 'a later endpoint set',
        order: 'later in the profile',
      },
    },
  },
  de: {
    title: 'Weiterleitungsprofil',
    profile: (name, version, rules) => `${name}, Version ${version}, ${rules}`,
    off: 'ausgeschaltet',
    lockedOff: 'von Ihrer Organisation ausgeschaltet',
    rules: (count) => (count === 1 ? '1 Regel' : `${count} Regeln`),
    bypassRules: (count) => `${count} direkt`,
    policyDisabled: 'Richtlinie ausgeschaltet: alles davon geht direkt',
    profileOff: 'Profil ausgeschaltet',
    refresh: 'Aktualisieren',
    search: 'Regeln durchsuchen',
    searchIn: 'Ziel oder Regel',
    policy: 'Richtlinie',
    action: 'Aktion',
    hardening: 'Härtung',
    table: 'Regeln',
    columns: {
      priority: 'Vorrang',
      destination: 'Ziel',
      protocol: 'Protokoll',
      port: 'Port',
      action: 'Aktion',
      class: 'Klasse',
      hardening: 'Härtung',
      rule: 'Regel',
    },
    actions: { forward: 'Tunnel', bypass: 'Direkt' },
    hardenings: { block: 'Blockieren', bypass: 'Direkt' },
    categories: { optimized: 'Optimize', allow: 'Allow', default: 'Default' },
    more: {
      names: (count) => `und ${count} ${count === 1 ? 'weiterer Name' : 'weitere Namen'}`,
      networks: (count) => `und ${count} ${count === 1 ? 'weiteres Netz' : 'weitere Netze'}`,
      addresses: (count) => `und ${count} ${count === 1 ? 'weitere Adresse' : 'weitere Adressen'}`,
      ranges: (count) => `und ${count} ${count === 1 ? 'weiterer Bereich' : 'weitere Bereiche'}`,
      others: (count) => `und ${count} weitere`,
    },
    noRules: 'Noch hat kein Profil Regeln; alles geht direkt hinaus.',
    noMatch: 'Keine Regel passt zu Suche und Filtern.',
    showAll: 'Alle Regeln zeigen',
    details: {
      destinations: 'Ziele',
      policy: 'Richtlinie',
      set: 'Endpunktgruppe',
      test: 'Dieses Ziel testen',
    },
    tester: {
      title: 'Richtlinientest',
      hint: 'Name oder Adresse, Port, Protokoll. Es wird nichts gesendet.',
      none: 'Hier steht, was mit einer Verbindung zu diesem Ziel geschieht, und alles, was dafür geprüft wurde.',
      test: 'Testen',
      empty:
        'Das Feld ist leer. Geben Sie einen Namen oder eine Adresse ein, zum Beispiel login.contoso.test.',
      actions: { tunnel: 'Tunnel', direct: 'Direkt', block: 'Blockiert' },
      withClass: (action, name) => `${action}, Klasse ${name}.`,
      seesOwn: (who) => `${who} wird Ihre Adresse sehen: `,
      seesEdge: (who) => `${who} wird das Edge sehen: `,
      tunnelDown: {
        tunnel: 'Ohne Tunnel: wartet.',
        direct: 'Ohne Tunnel: direkt.',
        block: 'Ohne Tunnel: blockiert.',
      },
      udp: 'Der Tunnel trägt nur TCP; Programme weichen darauf aus.',
      byProgram: 'Für bestimmte Programme kommen deren Regeln zuerst.',
      looked: 'Was geprüft wurde',
      ownHosts: 'Eigene Hosts',
      ownHostsAre: 'Das Edge und sein Zeuge werden immer direkt erreicht',
      mode: 'Zustand',
      programRules: 'Regeln für Programme',
      forSome: 'Für einige',
      noMatch: 'Passt nicht',
      decides: 'Entscheidet',
      wouldDecide: 'Würde entscheiden',
      alsoMatches: 'Passt auch',
      set: (id) => `Gruppe ${id}`,
      category: (name) => `Kategorie ${name}`,
      disabled: 'ihre Richtlinie ist ausgeschaltet',
      lower: {
        profile: 'in einem späteren Profil',
        category: 'niedrigere Kategorie',
        exactness: 'ein Muster kommt nach einem genauen Namen',
        length: 'weniger genau',
        'endpoint-set': 'spätere Endpunktgruppe',
        order: 'weiter hinten im Profil',
      },
    },
  },
};
