import { describe, expect, test } from 'vitest';
import { customProfile } from '../../../../agent/policy/custom-profile.ts';
import {
  checkSwitch,
  enabledMatchers,
  nameDistributed,
  type ProfileSet,
  withOrganisation,
  withProfile,
} from '../../../../agent/policy/profile-set.ts';
import { watchList } from '../../../../agent/policy/watch-list.ts';
import { parseHost } from '../../../../protocol/destination.ts';

const rule = {
  destinations: ['*.contoso.test', '192.0.2.0/24', '198.51.100.1'],
  ports: ['443'],
  hardening: 'block',
} as const;
const custom = customProfile([{ ...rule, authentication: 'sign-in' }]);
const other = { ...custom, name: 'Other', priority: -5 };
const set: ProfileSet = withProfile(withProfile([], 'other', other), 'custom', custom, true);
const names = (
  choices: Record<string, { enabled: boolean; changedAt: number }>,
  from = set,
): readonly string[] =>
  enabledMatchers(from, choices, { other: 'enabled' }).map(({ profile }) => profile.name);

describe('profile set', () => {
  test('the organisation’s rules are asked first, whatever the priorities', () => {
    expect(names({})).toEqual(['Custom rules', 'Other']);
  });

  test('a person’s choice wins over the configuration', () => {
    expect(names({ other: { enabled: false, changedAt: 1 } })).toEqual(['Custom rules']);
  });

  test('a profile that is disabled in itself takes no part and cannot be switched on', () => {
    const locked = withProfile(set, 'other', { ...other, state: 'disabled' });
    expect(names({ other: { enabled: true, changedAt: 1 } }, locked)).toEqual(['Custom rules']);
    expect(() => checkSwitch(locked, 'other', true)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test('an unknown profile and the fixed one cannot be switched', () => {
    expect(() => checkSwitch(set, 'nothing', true)).toThrow(
      /there is no profile nothing; there is custom, other/,
    );
    expect(() => checkSwitch(set, 'custom', false)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test('names, prefixes and addresses of one rule are all matched, with its hardening', () => {
    const [matcher] = enabledMatchers(set, {}, {});
    for (const text of ['app.contoso.test', '192.0.2.77', '198.51.100.1']) {
      const match = matcher?.match(parseHost(text)!, 443, 'tcp');
      expect(match?.rule).toMatchObject({ clientFallbackAction: 'block', authentication: 'sign-in' });
    }
    expect(matcher?.match(parseHost('contoso.test')!, 443, 'tcp')).toBeNull();
  });
});

describe('profiles that the organisation assigns', () => {
  const assigned = (
    name: string,
    priority: number,
    trafficForwardingType: 'm365' | 'private' = 'private',
  ) => ({
    ...{ name, revision: null, profile: { ...other, name, priority, trafficForwardingType } },
  });

  test('take the place of all but the rules of agent.yaml', () => {
    const merged = withOrganisation(set, [assigned('apps', 7), assigned('lab', 3)]);
    expect(merged.map(({ name }) => name)).toEqual(['custom', 'lab', 'apps']);
    expect(withOrganisation(set, []).map(({ name }) => name)).toEqual(['custom']);
  });

  test("the first for Microsoft 365 has the name of the program's own, which the switch is for", () => {
    const named = (...given: Parameters<typeof assigned>[]) =>
      nameDistributed(given.map((one) => assigned(...one))).map(({ name }) => name);
    expect(named(['apps', 1], ['office', 2, 'm365'], ['gov', 3, 'm365'])).toEqual([
      'apps',
      'microsoft',
      'gov',
    ]);
    expect(named(['microsoft', 1], ['office', 2, 'm365'])).toEqual(['microsoft', 'office']);
  });
});

describe('watch list', () => {
  test('a pattern is asked by a name that it matches, a prefix by its first address', () => {
    const list = watchList([{ ...rule, ports: ['8443-8450'] }], false);
    expect(list.map(({ shown, sample }) => [shown, sample.host, sample.port])).toEqual([
      ['*.contoso.test', parseHost('any.contoso.test'), 8443],
      ['192.0.2.0/24', parseHost('192.0.2.0'), 8443],
      ['198.51.100.1', parseHost('198.51.100.1'), 8443],
    ]);
  });

  test('Microsoft’s services follow the organisation’s own', () => {
    expect(watchList([], true).map(({ label }) => label)).toEqual([
      'Entra ID',
      'Graph',
      'Exchange',
      'SharePoint',
    ]);
  });
});
