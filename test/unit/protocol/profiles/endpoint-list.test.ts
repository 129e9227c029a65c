// Import of the endpoint list: nothing is lost, odd spellings are read, and a fault is refused with its path.
import { describe, expect, it } from 'vitest';
import { importEndpointList } from '../../../../protocol/profiles/endpoint-list.ts';
import { type Profile, parseProfile } from '../../../../protocol/profile.ts';
import { endpointListFiles, publishedListsPresent, readPublished } from '../../../support/published-lists.ts';

const names = { name: 'list', version: '2025-12-01' };

function set(more: object): object {
  return { id: 1, serviceArea: 'Exchange', category: 'Default', tcpPorts: '443', urls: ['a.test'], ...more };
}

function rulesOf(...sets: readonly object[]) {
  return importEndpointList(sets, 'list.json', names).policies.flatMap(({ rules }) => rules);
}

function refusal(...sets: readonly unknown[]): string {
  try {
    importEndpointList(sets, 'list.json', names);
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
  return 'accepted';
}

type ListedSet = {
  id: number;
  serviceArea: string;
  category: string;
  urls?: string[];
  ips?: string[];
  tcpPorts?: string;
  udpPorts?: string;
  required: boolean;
  expressRoute: boolean;
  notes?: string;
};

/** What the profile says of each set, put together again from its rules. */
function setsOf(profile: Profile) {
  const sets = new Map<number, { urls: Set<string>; ips: Set<string>; tcp: string[]; udp: string[] }>();
  for (const rule of profile.policies.flatMap(({ rules }) => rules)) {
    const id = rule.endpointSetId!;
    const entry = sets.get(id) ?? { urls: new Set(), ips: new Set(), tcp: [], udp: [] };
    sets.set(id, entry);
    entry[rule.protocol] = rule.ports;
    for (const destination of rule.destinations) {
      if ('value' in destination) entry[rule.ruleType === 'fqdn' ? 'urls' : 'ips'].add(destination.value);
    }
  }
  return sets;
}

describe('importing an endpoint list', () => {
  it('makes one rule per set, protocol and kind of destination, with the facts of the set', () => {
    const [names443, subnets443, names993] = rulesOf(
      set({
        id: 7,
        category: 'Allow',
        ips: ['192.0.2.0/24', '2001:db8::/32'],
        udpPorts: '443',
        required: false,
        expressRoute: true,
        notes: 'for tests',
      }),
      set({ id: 8, tcpPorts: '143, 993' }),
    ).filter(({ protocol }) => protocol === 'tcp');
    expect(names443).toEqual({
      id: 'm365-7-fqdn-tcp',
      name: 'M365 Exchange Fqdn rule 1',
      action: 'forward',
      clientFallbackAction: 'bypass',
      category: 'allow',
      protocol: 'tcp',
      ports: ['443'],
      endpointSetId: 7,
      serviceArea: 'Exchange',
      required: false,
      expressRoute: true,
      notes: 'for tests',
      ruleType: 'fqdn',
      destinations: [{ value: 'a.test' }],
    });
    expect(subnets443).toMatchObject({
      id: 'm365-7-subnet-tcp',
      name: 'M365 Exchange IpSubnet rule 1',
      destinations: [{ value: '192.0.2.0/24' }, { value: '2001:db8::/32' }],
    });
    expect(names993).toMatchObject({ name: 'M365 Exchange Fqdn rule 3', ports: ['143', '993'] });
  });

  it('gives names with a tenant star a rule of their own', () => {
    expect(rulesOf(set({ urls: ['*.a.test', 'autodiscover.*.a.test', '*cdn.a.test'] }))).toMatchObject([
      { id: 'm365-1-fqdn-tcp', destinations: [{ value: '*.a.test' }, { value: '*cdn.a.test' }] },
      { id: 'm365-1-tenant-tcp', destinations: [{ value: 'autodiscover.*.a.test' }] },
    ]);
  });

  it('forwards UDP for port 443 alone and bypasses visibly what cannot be carried', () => {
    const rules = rulesOf(set({ udpPorts: '443' }), set({ id: 2, tcpPorts: '', udpPorts: '3478,3479-3481' }));
    expect(rules.map(({ id, action }) => [id, action])).toEqual([
      ['m365-1-fqdn-tcp', 'forward'],
      ['m365-1-fqdn-udp', 'forward'],
      ['m365-2-fqdn-udp', 'bypass'],
    ]);
  });

  it('reads names in any case, with a trailing dot, and makes no rule for a set without ports', () => {
    expect(rulesOf(set({ urls: ['A.Test.'], tcpPorts: '443' }))).toMatchObject([
      { destinations: [{ value: 'a.test' }] },
    ]);
    expect(rulesOf({ id: 1, serviceArea: 'Common', category: 'Default', urls: ['a.test'] })).toEqual([]);
  });

  it('calls a policy by the display name of its area', () => {
    const profile = importEndpointList(
      [set({ serviceAreaDisplayName: 'Exchange Online' }), set({ id: 2, serviceArea: 'MEM' })],
      'list.json',
      names,
    );
    expect(profile.policies.map(({ name }) => name)).toEqual(['Exchange Online', 'MEM']);
  });

  it('refuses a fault with its path', () => {
    expect(refusal(set({}), set({ id: 2, urls: ['ok.test', 'not a name'] }))).toContain('[1].urls[1]: ');
    expect(refusal(set({ ips: ['192.0.2.1/24'] }))).toContain('list.json: [0].ips[0]: ');
    expect(refusal(set({ tcpPorts: '80,https' }))).toContain('[0].tcpPorts[1]: ');
    expect(refusal(set({ category: 'Best' }))).toContain('[0].category: ');
    expect(refusal(set({}), set({}))).toContain('[1].id: 1 is used twice');
    expect(refusal('x')).toContain('[0]: ');
  });
});

describe.skipIf(!publishedListsPresent)('importing the published lists (copies beside the checkout)', () => {
  it.each(endpointListFiles)('loses nothing of %s', (file) => {
    const list = readPublished(file) as ListedSet[];
    const profile = importEndpointList(list, file, names);
    parseProfile(JSON.parse(JSON.stringify(profile)), file);
    const imported = setsOf(profile);
    expect(imported.size).toBe(list.length);
    for (const listed of list) {
      const entry = imported.get(listed.id)!;
      expect([...entry.urls].sort()).toEqual([...(listed.urls ?? [])].sort());
      expect([...entry.ips].sort()).toEqual([...(listed.ips ?? [])].sort());
      expect(entry.tcp.join()).toBe((listed.tcpPorts ?? '').replaceAll(' ', ''));
      expect(entry.udp.join()).toBe((listed.udpPorts ?? '').replaceAll(' ', ''));
      for (const rule of profile.policies.flatMap(({ rules }) => rules)) {
        if (rule.endpointSetId !== listed.id) continue;
        const { serviceArea, required, expressRoute, notes } = listed;
        expect(rule).toMatchObject({ serviceArea, required, expressRoute });
        expect(rule.notes).toBe(notes);
      }
    }
  });

  it('has the known figures of the worldwide list', () => {
    const profile = importEndpointList(readPublished('m365-endpoints-worldwide.json'), 'list', names);
    const distinct = (serviceArea: string | null) => {
      const rules = profile.policies
        .flatMap(({ rules: all }) => all)
        .filter((rule) => serviceArea === null || rule.serviceArea === serviceArea);
      const values = (type: string) =>
        new Set(
          rules
            .filter(({ ruleType }) => ruleType === type)
            .flatMap(({ destinations }) => destinations.map((d) => ('value' in d ? d.value : ''))),
        );
      const prefixes = [...values('ipSubnet')];
      return [
        new Set(rules.map(({ endpointSetId }) => endpointSetId)).size,
        values('fqdn').size,
        prefixes.filter((text) => !text.includes(':')).length,
        prefixes.filter((text) => text.includes(':')).length,
      ];
    };
    expect(distinct('Exchange')).toEqual([5, 9, 16, 18]);
    expect(distinct('SharePoint')).toEqual([7, 13, 5, 5]);
    expect(distinct('Skype')).toEqual([7, 12, 2, 7]);
    expect(distinct('Common')).toEqual([45, 163, 11, 29]);
    expect(distinct(null)).toEqual([64, 195, 34, 59]);
  });
});
