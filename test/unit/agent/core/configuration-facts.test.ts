import { expect, test } from 'vitest';
import { parseAgentConfig } from '../../../../agent/config.ts';
import { configurationFacts } from '../../../../agent/core/configuration-facts.ts';

test('values are spelt as in the file, and passwords are not told', () => {
  const config = parseAgentConfig(
    {
      capture: { http: '[::1]:8088', socks5: 'off', socks5Users: { alice: 'hunter2-hunter2' } },
      egress: { thirdParties: { stun: [{ server: 'stun.example.test' }] } },
    },
    'example',
  );
  const facts = configurationFacts(config);
  expect(facts.capture).toMatchObject({
    http: '[::1]:8088',
    socks5: null,
    socks5Users: '1 users, not shown',
    transparent: { syntheticRange: '6.6.0.0/16' },
  });
  const text = JSON.stringify(facts);
  expect(text).toContain('stun.example.test');
  expect(text).not.toMatch(/hunter2|alice|bytes/);
});
