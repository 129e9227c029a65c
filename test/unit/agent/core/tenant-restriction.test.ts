import fc from 'fast-check';
import { expect, test } from 'vitest';
import { restrictedFields, withoutRestriction } from '../../../../agent/core/tenant-restriction.ts';
import type { Field } from '../../../../protocol/http-fields.ts';

const restriction = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  policyId: '66666666-7777-8888-9999-000000000000',
};
const own: Field = [
  'sec-Restrict-Tenant-Access-Policy',
  '11111111-2222-3333-4444-555555555555:66666666-7777-8888-9999-000000000000',
];

test('the restriction is added, and everything else stays in its order', () => {
  const fields: Field[] = [
    ['Accept', '*/*'],
    ['Cookie', 'a=b'],
    ['Cookie', 'c=d'],
  ];
  expect(restrictedFields(fields, restriction)).toEqual([...fields, own]);
});

test.each([
  'sec-Restrict-Tenant-Access-Policy',
  'SEC-RESTRICT-TENANT-ACCESS-POLICY',
  'sec_restrict_tenant_access_policy',
  'Sec-Restrict_Tenant-Access_Policy',
  'sec.restrict.tenant.access.policy',
  'Restrict-Access-To-Tenants',
  'restrict_access_context',
])('what the application sends as %s is replaced, never kept beside', (name) => {
  const fields: Field[] = [
    [name, 'restrict-msa'],
    ['Accept', '*/*'],
    [name, 'x:y'],
  ];
  expect(restrictedFields(fields, restriction)).toEqual([['Accept', '*/*'], own]);
  expect(withoutRestriction(fields)).toEqual([['Accept', '*/*']]);
});

test('whatever is sent, exactly one restriction remains, and it is ours (property)', () => {
  const separator = fc.constantFrom('-', '_', '.', '~', '');
  const spelt = fc
    .tuple(fc.array(separator, { minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([s, upper]) => {
      const words = ['sec', 'Restrict', 'Tenant', 'Access', 'Policy'];
      const name = words.map((word, i) => word + (s[i] ?? '')).join('');
      return upper ? name.toUpperCase() : name;
    });
  const field = fc.tuple(
    fc.oneof(spelt, fc.constantFrom('Accept', 'X-Policy')),
    fc.string(),
  ) as fc.Arbitrary<Field>;
  fc.assert(
    fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
      const result = restrictedFields(fields, restriction);
      expect(result.filter(([name]) => /restrict/i.test(name))).toEqual([own]);
      expect(result.slice(0, -1)).toEqual(fields.filter(([name]) => !/restrict/i.test(name)));
    }),
    { seed: 46, numRuns: 300 },
  );
});
