// A profile's file: it reads back as the same profile, and formatting what was read gives the same bytes.
import { expect, test } from 'vitest';
import builtIn from '../../../../assets/profiles/microsoft.json' with { type: 'json' };
import { formatProfile } from '../../../../agent/policy/profile-text.ts';
import { parseProfile } from '../../../../protocol/profile.ts';

test('the text is JSON with an indent of two and one line break at its end', () => {
  const profile = parseProfile(
    {
      name: 'own',
      state: 'enabled',
      version: '1',
      trafficForwardingType: 'private',
      priority: 0,
      policies: [],
    },
    'profile',
  );
  expect(formatProfile(profile)).toBe(
    '{\n  "name": "own",\n  "state": "enabled",\n  "version": "1",\n  "trafficForwardingType": "private",\n  "priority": 0,\n  "policies": []\n}\n',
  );
});

test('the built-in profile survives a round through its text, byte for byte', () => {
  const text = formatProfile(parseProfile(builtIn, 'microsoft.json'));
  const again = parseProfile(JSON.parse(text), 'microsoft.json');
  expect(again).toEqual(builtIn);
  expect(formatProfile(again)).toBe(text);
});
