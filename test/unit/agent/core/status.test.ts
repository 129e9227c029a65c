// Status is what the machines say, in words, and nothing more.
import { describe, expect, test } from 'vitest';
import { knownAddresses } from '../../../../agent/core/prediction.ts';
import { projectStatus, showsTheSame } from '../../../../agent/core/status.ts';
import { statusSchema } from '../../../../protocol/status.ts';
import { edgeAddress, inputs, now, ownAddress, view, watched } from '../../../support/status-inputs.ts';
import { both, statusTable } from '../../../support/status-table.ts';

describe('status', () => {
  test.each(statusTable)('%s', (_, changes, shown) => {
    const status = projectStatus(inputs(changes), now, 'en');
    expect(status).toMatchObject(shown);
    expect(statusSchema.parse(status)).toEqual(status);
  });

  test('no state claims that Entra ID or Graph is given the person’s address by the edge', () => {
    for (const [, changes] of statusTable) {
      const { sentence } = projectStatus(inputs(changes), now, 'en');
      expect(sentence).not.toMatch(/(Entra ID|Graph) will see your address/);
      expect(sentence).not.toMatch(/restored|preserved/);
    }
  });

  test.each(['proxy-v2', 'forwarded', 'adfs'] as const)(
    'an edge that sets %s for Entra ID and Graph passes nothing on there: they see the edge',
    (name) => {
      const list = [watched('Entra ID', 'Sign-in', name), watched('Graph', 'Graph', name)];
      const { sentence, seenAs } = projectStatus(inputs({ watched: list }), now, 'en');
      expect(sentence).toBe(`Entra ID will see the edge, ${edgeAddress}.`);
      expect(seenAs.map(({ addresses }) => knownAddresses(addresses))).toEqual([
        [edgeAddress],
        [edgeAddress],
      ]);
    },
  );

  test('an address that is passed on is that of the family of the tunnel; of both while that is not known', () => {
    const list = [watched('login.contoso.test', null, 'proxy-v2')];
    const seenOver = (tunnelFamily: 'ipv4' | 'ipv6' | null) =>
      projectStatus(inputs({ watched: list, egress: both, tunnelFamily }), now, 'en').seenAs.flatMap(
        ({ addresses }) => knownAddresses(addresses),
      );
    expect(seenOver('ipv4')).toEqual([ownAddress]);
    expect(seenOver('ipv6')).toEqual(['2001:db8::7']);
    expect(seenOver(null)).toEqual([ownAddress, '2001:db8::7']);
  });

  test('without a chosen Microsoft profile, the missing choice needs no attention', () => {
    const status = projectStatus(
      inputs({
        view: { kind: 'known', view: { ...view, microsoft: null } },
        watched: [watched('login.contoso.test', null, 'proxy-v2')],
      }),
      now,
      'en',
    );
    expect(status.attention).toEqual([]);
  });

  test('time and revision alone are no change', () => {
    const status = projectStatus(inputs(), now, 'en');
    expect(showsTheSame(status, projectStatus(inputs({ revision: 2 }), now + 1, 'en'))).toBe(true);
    expect(showsTheSame(status, projectStatus(inputs({ enrolment: null }), now, 'en'))).toBe(false);
  });
});
