// Every text of the windows in German beside English: real German, in the words that the agent uses too.
import { describe, expect, test } from 'vitest';
import { diagnosticsStrings } from '../../../../app/renderer/diagnostics/diagnostics-strings.ts';
import { forwardingStrings } from '../../../../app/renderer/diagnostics/forwarding-profile/forwarding-strings.ts';
import { healthStrings } from '../../../../app/renderer/diagnostics/health-check/health-check-strings.ts';
import { hostnameStrings } from '../../../../app/renderer/diagnostics/hostname-acquisition/hostname-strings.ts';
import { logCollectionStrings } from '../../../../app/renderer/diagnostics/log-collection/log-collection-strings.ts';
import { overviewStrings } from '../../../../app/renderer/diagnostics/overview/overview-strings.ts';
import { shownBundleStrings } from '../../../../app/renderer/diagnostics/shown-bundle/shown-bundle-strings.ts';
import { sourceAddressStrings } from '../../../../app/renderer/diagnostics/source-address/source-address-strings.ts';
import { trafficStrings } from '../../../../app/renderer/diagnostics/traffic/traffic-strings.ts';
import { sessionEndedStrings } from '../../../../app/renderer/session-ended/session-ended-strings.ts';
import { settingsStrings } from '../../../../app/renderer/settings/settings-strings.ts';
import { statusStrings } from '../../../../app/renderer/status/status-strings.ts';
import { tableStrings } from '../../../../app/renderer/components/table-strings.ts';
import { trayStrings } from '../../../../app/shared/tray-strings.ts';
import { germanFaultsOf } from '../../../support/german.ts';

const catalogues = {
  ...{ diagnosticsStrings, forwardingStrings, healthStrings, hostnameStrings, logCollectionStrings },
  ...{ overviewStrings, shownBundleStrings, sourceAddressStrings, trafficStrings, sessionEndedStrings },
  ...{ settingsStrings, statusStrings, tableStrings, trayStrings },
};

/** Names and terms that both languages have. */
const shared = new Set(
  [
    ...['Status', 'System', 'Name', 'Version', 'Port', 'Tunnel', 'Edge', 'Internet', 'Graph', 'Exchange'],
    ...['SharePoint', 'Optimize', 'Allow', 'Default', 'Trace', 'Bytes', 'IPv4', 'IPv6', 'SOCKS5', 'Median'],
    ...[
      'English',
      'Deutsch',
      'Organisation',
      'Person',
      'Debug',
      'Information',
      'Pause',
      'Proxy',
      'Transparent',
    ],
  ].map((text) => text.toLowerCase()),
);

/** The texts that nothing goes into, in both languages. */
function texts(
  english: object,
  german: object,
  path: string,
): readonly (readonly [string, string, string])[] {
  expect(Object.keys(german).toSorted()).toEqual(Object.keys(english).toSorted());
  return Object.entries(english).flatMap(([name, value]: [string, unknown]) => {
    const key = `${path}.${name}`;
    const other = (german as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'string') return [[key, value, other as string] as const];
    return typeof value === 'object' && value !== null ? texts(value, other as object, key) : [];
  });
}

describe.each(Object.entries(catalogues))('%s', (name, { en, de }: { en: object; de: object }) => {
  test.each(texts(en, de, name))('%s', (_, english, german) => {
    const faults = germanFaultsOf(english, german);
    const isShared = english === german && shared.has(english.toLowerCase());
    expect(isShared ? faults.filter((fault) => !fault.startsWith('is the same')) : faults).toEqual([]);
  });
});

test('one word for one thing, also in sentences that something goes into', () => {
  const written = Object.values(catalogues)
    .map(({ de }) => sourceOf(de))
    .join('\n');
  expect(written).not.toMatch(/\b(?:[Dd]er|[Dd]en|[Ee]inen|[Dd]ieser|[Dd]iesen) Edge\b/);
  expect(written).not.toMatch(/Nameserver|Gateway|Gesperrt|Gescheitert|Angehalten bis|Spiegeldienst/);
});

function sourceOf(value: unknown): string {
  if (typeof value === 'function') return value.toString();
  if (typeof value === 'object' && value !== null) return Object.values(value).map(sourceOf).join('\n');
  return String(value);
}
