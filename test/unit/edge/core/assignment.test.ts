// Who gets which profile: the most particular assignment of a profile decides, whatever else there is and in any order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AssignableProfile,
  assignedProfiles,
  type Assignment,
  assignmentText,
  assignmentTargets,
  type DeviceFacts,
} from '../../../../edge/core/assignment.ts';

const profiles: readonly AssignableProfile[] = [
  { id: 'm365', name: 'Microsoft', priority: 100 },
  { id: 'apps', name: 'Apps', priority: 50 },
  { id: 'lab', name: 'Lab', priority: 50 },
];
const laptop: DeviceFacts = {
  device: 'laptop',
  groups: ['sales', 'berlin'],
  platform: 'linux',
  people: [
    {
      issuer: 'https://login.contoso.test',
      subject: 's-1',
      name: 'Ada@contoso.test',
      groups: ['staff'],
    },
  ],
  onlyProfile: null,
};
const give = (profile: string, target: Assignment['target'], name = '', more: Partial<Assignment> = {}) => ({
  ...{ profile, target, name, effect: 'include' as const, priority: null, ...more },
});
const not = (profile: string, target: Assignment['target'], name = '') =>
  give(profile, target, name, { effect: 'exclude' });
const ids = (assignments: readonly Assignment[], facts = laptop) =>
  assignedProfiles(assignments, profiles, facts)?.map(({ id }) => id) ?? null;

describe('as a line', () => {
  test.each([
    [give('m365', 'all'), '7: m365 to all'],
    [give('m365', 'group', 'sales'), '7: m365 to group sales'],
    [not('apps', 'device', 'laptop'), '7: apps not to device laptop'],
    [give('apps', 'platform', 'linux', { priority: 0 }), '7: apps to platform linux, priority 0'],
  ])('%o', (assignment, line) => {
    expect(assignmentText({ ...assignment, number: 7 })).toBe(line);
  });
});

describe('a device gets', () => {
  test('nothing at all where nothing is assigned to anybody, and an empty list where others have some', () => {
    expect(ids([])).toBeNull();
    expect(ids([give('m365', 'device', 'other')])).toEqual([]);
  });

  test.each([
    ['all', '', true],
    ['platform', 'linux', true],
    ['platform', 'windows', false],
    ['group', 'sales', true],
    ['group', 'staff', true],
    ['group', 'Sales', false],
    ['person', 's-1', true],
    ['person', 'ADA@contoso.test', true],
    ['person', 'S-1', false],
    ['device', 'laptop', true],
    ['device', 'laptop-2', false],
  ] as const)('by %s %s: %s', (target, name, expected) => {
    expect(ids([give('m365', target, name)])).toEqual(expected ? ['m365'] : []);
  });

  test('no assignment of people and no platform that it has not said', () => {
    const unknown = { ...laptop, people: [], platform: null };
    const all = [
      give('m365', 'person', 's-1'),
      give('apps', 'group', 'staff'),
      give('lab', 'platform', 'linux'),
    ];
    expect(ids(all, unknown)).toEqual([]);
  });

  test('what the most particular assignment says', () => {
    expect(ids([give('m365', 'all'), not('m365', 'group', 'sales')])).toEqual([]);
    expect(ids([not('m365', 'group', 'sales'), give('m365', 'device', 'laptop')])).toEqual(['m365']);
    expect(ids([give('m365', 'all'), not('m365', 'person', 's-1')])).toEqual([]);
  });

  test('nothing where one of its groups is excluded and another included', () => {
    expect(ids([give('m365', 'group', 'sales'), not('m365', 'group', 'berlin')])).toEqual([]);
  });

  test('profiles by priority, then by id; an assignment may set it, the smallest of one kind counts', () => {
    const both = [give('m365', 'all'), give('apps', 'all'), give('lab', 'all')];
    expect(ids(both)).toEqual(['apps', 'lab', 'm365']);
    const first = [
      ...both,
      give('m365', 'group', 'sales', { priority: 7 }),
      give('m365', 'group', 'berlin', { priority: 3 }),
    ];
    expect(assignedProfiles(first, profiles, laptop)?.[0]).toEqual({ id: 'm365', priority: 3 });
  });

  test('the one that its invitation binds it to, and no other', () => {
    const bound = { ...laptop, onlyProfile: 'Apps' };
    expect(ids([give('m365', 'all')], bound)).toEqual(['apps']);
    expect(ids([give('m365', 'all'), give('apps', 'all', '', { priority: 1 })], bound)).toEqual(['apps']);
    expect(ids([], bound)).toBeNull();
  });
});

const names = { all: [''], platform: ['linux', 'windows'], group: ['sales', 'staff', 'x'] } as const;
const assignment = fc
  .record({
    profile: fc.constantFrom('m365', 'apps', 'lab', 'gone'),
    target: fc.constantFrom(...assignmentTargets),
    effect: fc.constantFrom('include' as const, 'exclude' as const),
    priority: fc.option(fc.integer({ min: 0, max: 200 })),
    pick: fc.nat({ max: 2 }),
  })
  .map(({ pick, ...rest }): Assignment => {
    const choices: readonly string[] =
      rest.target === 'person'
        ? ['s-1', 's-2']
        : rest.target === 'device'
          ? ['laptop', 'other']
          : names[rest.target];
    return { ...rest, name: choices[pick % choices.length] ?? '' };
  });
const assignments = fc.uniqueArray(assignment, {
  maxLength: 12,
  selector: ({ profile, target, name }) => `${profile} ${target} ${name}`,
});
const check = <T extends unknown[]>(property: fc.IProperty<T>) =>
  fc.assert(property, { seed: 6, numRuns: 400 });

describe('whatever is assigned', () => {
  test('the order in which it was assigned does not matter', () => {
    check(
      fc.property(assignments, fc.infiniteStream(fc.nat()), (some, numbers) => {
        const shuffled = some
          .map((one) => ({ one, key: numbers.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(assignedProfiles(shuffled, profiles, laptop)).toEqual(
          assignedProfiles(some, profiles, laptop),
        );
      }),
    );
  });

  test('an assignment that does not fit changes nothing for a device', () => {
    check(
      fc.property(assignments, assignment, (some, added) => {
        const foreign = { ...added, target: 'device' as const, name: 'elsewhere' };
        const [before, after] = [ids(some), ids([...some, foreign])];
        expect(after).toEqual(before ?? []);
      }),
    );
  });

  test('an assignment to the device decides over every other', () => {
    check(
      fc.property(assignments, fc.boolean(), (some, wanted) => {
        const others = some.filter(({ target, name }) => target !== 'device' || name !== 'laptop');
        const own = wanted ? give('m365', 'device', 'laptop') : not('m365', 'device', 'laptop');
        expect(ids([...others, own])?.includes('m365')).toBe(wanted);
      }),
    );
  });

  test('profiles come each once, known, and in the order of their priorities', () => {
    check(
      fc.property(assignments, (some) => {
        const given = assignedProfiles(some, profiles, laptop) ?? [];
        expect(new Set(given.map(({ id }) => id)).size).toBe(given.length);
        expect(given.every(({ id }) => profiles.some((profile) => profile.id === id))).toBe(true);
        const priorities = given.map(({ priority }) => priority);
        expect(priorities).toEqual(priorities.toSorted((a, b) => a - b));
      }),
    );
  });
});
