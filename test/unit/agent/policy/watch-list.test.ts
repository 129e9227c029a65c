// The destinations whose prediction is always shown: each stands for its label, and the rules mean the same by it.
import { describe, expect, test } from 'vitest';
import builtIn from '../../../../assets/profiles/microsoft.json' with { type: 'json' };
import { watchList, wholeList } from '../../../../agent/policy/watch-list.ts';
import { formatDestination } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { isMicrosoftGroup } from '../../../../protocol/microsoft-group.ts';
import { parseProfile } from '../../../../protocol/profile.ts';

function rule(destinations: readonly string[], ports: readonly string[] = ['443']) {
  return { destinations, ports, hardening: 'block' } as const;
}

describe('of the organisation', () => {
  test.each<[string, readonly string[], string]>([
    ['login.contoso.test', ['443'], 'login.contoso.test:443'],
    ['*.contoso.test', ['443'], 'any.contoso.test:443'],
    ['login.*.contoso.test', ['443'], 'login.any.contoso.test:443'],
    ['192.0.2.0/24', ['22', '80'], '192.0.2.0:22'],
    ['2001:db8::/32', ['8000-8100'], '[2001:db8::]:8000'],
    ['192.0.2.9', [], '192.0.2.9:443'],
  ])('%s with the ports %j stands for %s', (pattern, ports, sample) => {
    const [watched, ...more] = watchList([rule([pattern], ports)], false);
    expect(more).toEqual([]);
    expect(watched).toMatchObject({ label: pattern, shown: pattern, group: null });
    expect(formatDestination(watched!.sample)).toBe(sample);
  });

  test('what cannot be a host is left out', () => {
    expect(watchList([rule(['not a host', 'a.test'])], false).map(({ label }) => label)).toEqual(['a.test']);
  });

  test('the first twenty, over all rules, and then Microsoft’s', () => {
    const names = Array.from({ length: 24 }, (_, i) => `app-${i}.contoso.test`);
    const list = watchList([rule(names.slice(0, 12)), rule(names.slice(12))], true);
    expect(list.map(({ label }) => label)).toEqual([
      ...names.slice(0, 20),
      ...['Entra ID', 'Graph', 'Exchange', 'SharePoint'],
    ]);
  });
});

describe('of Microsoft', () => {
  const profile = parseProfile(builtIn, 'microsoft.json');
  const matcher = compileProfile(profile);

  test('none where the profile is not in force', () => {
    expect(watchList([], false)).toEqual([]);
  });

  test.each(watchList([], true))(
    '$label: its sample is forwarded by the built-in profile, as one of the group',
    ({ sample }) => {
      const match = matcher.match(sample.host, sample.port, 'tcp')!;
      expect(match.rule.action).toBe('forward');
      expect(isMicrosoftGroup(profile, match.rule)).toBe(true);
    },
  );

  test('one per member of the group; the table shows the host that is asked for', () => {
    expect(watchList([], true).map(({ group, shown }) => [group, shown])).toEqual([
      ['Sign-in', 'login.microsoftonline.com'],
      ['Graph', 'graph.microsoft.com'],
      ['Exchange', 'outlook.office365.com'],
      ['SharePoint', '*.sharepoint.com'],
    ]);
  });
});

describe('the whole list', () => {
  const microsoft = compileProfile(parseProfile(builtIn, 'microsoft.json'));
  const shown = (list: readonly { readonly shown: string }[]) => list.map((one) => one.shown);

  test('the organisation’s own without a limit, one of each Microsoft service, and every host of sign-in', () => {
    const names = Array.from({ length: 24 }, (_, i) => `app-${i}.contoso.test`);
    const list = wholeList([rule(names)], [microsoft]);
    expect(shown(list).slice(0, 28)).toEqual([...names, ...shown(watchList([], true))]);
    expect(shown(list)).toEqual(
      expect.arrayContaining(['login.windows.net', 'device.login.microsoftonline.com', '*.msauth.net']),
    );
    // Hosts of clouds that the profile does not name would only say that they leave directly.
    expect(shown(list)).not.toContain('login.microsoftonline.us');
    expect(list.every(({ origin }, i) => (origin === 'organisation') === i < 24)).toBe(true);
  });

  test('no destination twice: a service stands before the host that is its sample', () => {
    const list = wholeList([rule(['graph.microsoft.com'])], [microsoft]);
    const texts = list.map(({ sample }) => formatDestination(sample));
    expect(new Set(texts).size).toBe(texts.length);
    expect(list.find(({ shown: name }) => name === 'login.microsoftonline.com')).toMatchObject({
      label: 'Entra ID',
    });
    expect(list.filter(({ shown: name }) => name === 'graph.microsoft.com')).toMatchObject([
      { origin: 'organisation' },
    ]);
  });

  test('nothing of Microsoft’s where no enabled profile names it', () => {
    expect(wholeList([], [])).toEqual([]);
  });
});
