// `$expand` in both forms, and with parentheses that do not match.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExpand } from '../../../../../edge/core/odata/expand.ts';
import { OpenGsaError } from '../../../../../protocol/error.ts';

const allowed = ['policies', 'policies/policy', 'policies/policy/policyRules'];

test.each([
  ['policies', 1],
  ['policies($expand=policy)', 2],
  ['policies($expand=policy($expand=policyRules))', 3],
  ['policies/policy', 2],
  ['policies, policies/policy/policyRules', 3],
])('%s', (text, paths) => {
  expect([...parseExpand(text, allowed)]).toEqual(allowed.slice(0, paths));
});

test.each([
  ['', 'is not understood'],
  ['policies(', 'its parentheses do not match'],
  ['policies)', 'its parentheses do not match'],
  ['policies($select=id)', 'only $expand may stand'],
  ['policies($expand=secrets)', 'policies/secrets cannot be expanded here'],
  ['*', '* is not understood'],
  ['('.repeat(50), 'its parentheses do not match'],
])('refuses %s', (text, message) => {
  expect(() => parseExpand(text, allowed)).toThrow(message);
});

test('no text does anything else than be read or be refused', () => {
  const part = fc.constantFrom('policies', 'policy', '(', ')', '$expand=', ',', ';', '/', ' ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      try {
        for (const path of parseExpand(parts.join(''), allowed)) expect(allowed).toContain(path);
      } catch (error) {
        expect(error).toBeInstanceOf(OpenGsaError);
      }
    }),
    { seed: 43, numRuns: 500 },
  );
});
