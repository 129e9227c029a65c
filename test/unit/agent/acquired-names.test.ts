// Acquired names: their addresses, what the kernel's rules are told of them, and how a change of profiles shows.
import { beforeEach, expect, test, vi } from 'vitest';
import { createAcquiredNames } from '../../../agent/acquired-names.ts';
import { createSyntheticAddresses, leastRestMs } from '../../../agent/core/synthetic-addresses.ts';
import { customProfile } from '../../../agent/policy/custom-profile.ts';
import type { DecisionContext } from '../../../agent/policy/decision.ts';
import { type Address, parseAddress, parsePrefix } from '../../../protocol/address.ts';
import { compileProfile } from '../../../protocol/matcher.ts';
import { manualClock } from '../../support/manual-clock.ts';

const on: DecisionContext = {
  ...{
    ownHosts: new Set<string>(),
    mode: 'on',
    tunnel: 'up',
    people: { required: [], phase: 'up' },
    view: { kind: 'foreign' },
    mayWait: true,
  },
  ...{ programRules: [], program: null },
  matchers: [
    compileProfile(
      customProfile([
        { destinations: ['hard.contoso.test', '*.hard.contoso.test'], ports: ['443'], hardening: 'block' },
        { destinations: ['soft.contoso.test'], ports: ['443'], hardening: 'bypass' },
      ]),
    ),
  ],
};
const address = (text: string): Address => parseAddress(text)!;
const texts = (addresses: readonly Address[]) => addresses.map(({ text }) => text);

let context = on;
const told = { real: new Map<string, string | null>(), learned: [] as readonly string[] };
const transparent = {
  setReal: (synthetic: Address, real: Address | null) => told.real.set(synthetic.text, real?.text ?? null),
  setLearned: (addresses: readonly Address[]) => (told.learned = texts(addresses)),
};
const learnt = vi.fn();

function names(range = '6.6.0.0/16', clock = manualClock()) {
  return createAcquiredNames({
    context: () => context,
    ports: () => [443],
    addresses: createSyntheticAddresses(parsePrefix(range)!),
    hostnames: { learnt },
    clock,
    transparent,
  });
}

beforeEach(() => {
  context = on;
  told.real.clear();
  told.learned = [];
});

test('a name that a rule forwards gets one address for good, another name none', () => {
  const acquired = names();
  const first = acquired.acquire('soft.contoso.test');
  expect(first).toMatchObject({ address: { text: '6.6.0.1' }, ruleId: expect.any(String) as string });
  expect(acquired.acquire('hard.contoso.test')?.address.text).toBe('6.6.0.2');
  expect(acquired.acquire('soft.contoso.test')).toEqual(first);
  expect(acquired.acquire('other.test')).toBeNull();
  expect(acquired.count()).toBe(2);
  context = { ...on, mode: 'paused' };
  expect(acquired.acquire('soft.contoso.test')).toBeNull();
});

test('the first real address stands behind it, and that of a hardened name is guarded with all others', () => {
  const acquired = names();
  acquired.acquire('soft.contoso.test');
  acquired.acquire('hard.contoso.test');
  acquired.learnt('soft.contoso.test', { ipv4: [address('192.0.2.9'), address('192.0.2.10')], ipv6: [] });
  expect(told.real.get('6.6.0.1')).toBe('192.0.2.9');
  expect(told.learned).toEqual([]);
  acquired.learnt('hard.contoso.test', { ipv4: [address('192.0.2.7')], ipv6: [address('2001:db8::7')] });
  expect(told.learned).toEqual(['192.0.2.7', '2001:db8::7']);
  // Not said is not gone.
  acquired.learnt('hard.contoso.test', { ipv4: null, ipv6: [address('2001:db8::8')] });
  expect(told.learned).toEqual(['192.0.2.7', '2001:db8::8']);
  expect(told.real.get('6.6.0.2')).toBe('192.0.2.7');
  expect(acquired.realAddresses().get('192.0.2.10')).toBe('soft.contoso.test');
  expect(learnt).toHaveBeenCalledTimes(3);
});

test('what nobody acquired is only shown', () => {
  names().learnt('other.test', { ipv4: [address('192.0.2.9')], ipv6: null });
  expect(told.real.size).toBe(0);
});

test('an address that a new name takes over leads no longer to where the old one was', () => {
  const clock = manualClock();
  const acquired = names('6.6.0.0/28', clock);
  const room = 13;
  const hard = (i: number): string => `n${i}.hard.contoso.test`;
  for (let i = 1; i <= room; i++) acquired.acquire(hard(i));
  acquired.learnt(hard(1), { ipv4: [address('192.0.2.1')], ipv6: [] });
  clock.advance(leastRestMs);
  expect(acquired.acquire('soft.contoso.test')?.address.text).toBe('6.6.0.1');
  expect(told.real.get('6.6.0.1')).toBeNull();
  expect(told.learned).toEqual([]);
  acquired.learnt(hard(1), { ipv4: [address('192.0.2.1')], ipv6: [] });
  expect(told.real.get('6.6.0.1')).toBeNull();
  expect([acquired.count(), acquired.realAddresses().size]).toEqual([room, 0]);
});

test('a pause opens what is guarded, its end guards it again', () => {
  const acquired = names();
  acquired.acquire('hard.contoso.test');
  acquired.learnt('hard.contoso.test', { ipv4: [address('192.0.2.7')], ipv6: null });
  context = { ...on, mode: 'paused' };
  acquired.guardAgain();
  expect(told.learned).toEqual([]);
  context = on;
  acquired.guardAgain();
  expect(told.learned).toEqual(['192.0.2.7']);
});

test('an example is a name that is spelled out and acquired', () => {
  expect(names().example()).toBe('hard.contoso.test');
  context = { ...on, mode: 'disconnected' };
  expect(names().example()).toBeNull();
});
