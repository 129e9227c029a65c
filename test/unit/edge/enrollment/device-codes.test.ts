// Codes that wait for a person: how many may, and which are forgotten.
import { expect, test } from 'vitest';
import { createDeviceCodes, forgottenAfterMs, mostCodes } from '../../../../edge/enrollment/device-codes.ts';
import type { Address } from '../../../../protocol/address.ts';
import type { DeviceCodeSignIn } from '../../../../protocol/gateway/issuer-client.ts';
import { address } from '../../../support/observations.ts';

const here = address('198.51.100.7');

/** An issuer that gives codes which nobody enters. */
function startCodes() {
  const clock = { now: 0 };
  const ended: string[] = [];
  let given = 0;
  const ask = (): Promise<DeviceCodeSignIn> => {
    const code = `CODE-${(given += 1)}`;
    const finish = (giveUp: AbortSignal) =>
      new Promise<never>((_, reject) => {
        giveUp.addEventListener('abort', () => {
          ended.push(code);
          reject(new Error('given up'));
        });
      });
    return Promise.resolve({ code, address: 'https://login.contoso.test', expiresInS: 600, finish });
  };
  return { clock, ended, ask, codes: createDeviceCodes(() => clock.now) };
}

test('of one network so many wait at a time, of all together some more', async () => {
  const { codes, ask } = startCodes();
  const from = async (peer: Address, count: number): Promise<string[]> => {
    const outcomes = await Promise.all(Array.from({ length: count }, () => codes.begin('key', peer, ask)));
    return outcomes.map((one) => (one.kind === 'done' ? 'done' : one.error));
  };
  const own = await from(here, mostCodes.perNetwork + 1);
  expect(own.filter((one) => one === 'done')).toHaveLength(mostCodes.perNetwork);
  expect(own.at(-1)).toBe('too-busy');
  // One site of IPv6 is one network.
  await from(address('2001:db8::1'), mostCodes.perNetwork);
  expect(await from(address('2001:db8::2'), 1)).toEqual(['too-busy']);
  for (let i = 2; i < mostCodes.together / mostCodes.perNetwork; i += 1) {
    await from(address(`198.51.100.${100 + i}`), mostCodes.perNetwork);
  }
  expect(await from(address('198.51.100.200'), 1)).toEqual(['too-busy']);
  codes.close();
});

test('one that no device asks for any more makes room, and the issuer is asked no more', async () => {
  const { codes, ask, clock, ended } = startCodes();
  const tickets: string[] = [];
  for (let i = 0; i < mostCodes.perNetwork; i += 1) {
    const begun = await codes.begin('key', here, ask);
    if (begun.kind === 'done') tickets.push(begun.answer.ticket);
  }
  clock.now = forgottenAfterMs;
  expect(await codes.result(tickets[0] ?? '', 'key')).toEqual({ kind: 'pending' });
  clock.now = forgottenAfterMs + 1;
  expect((await codes.begin('key', here, ask)).kind).toBe('done');
  expect(ended).toEqual(tickets.slice(1).map((_, i) => `CODE-${i + 2}`));
  expect(await codes.result(tickets[1] ?? '', 'key')).toBeNull();
  codes.close();
});

test('an issuer that gives none takes no room', async () => {
  const { codes } = startCodes();
  const away = () => Promise.reject(new Error('login.contoso.test cannot be asked'));
  for (let i = 0; i <= mostCodes.perNetwork; i += 1) {
    expect(await codes.begin('key', here, away)).toMatchObject({
      error: 'issuer-unavailable',
      message: 'login.contoso.test cannot be asked',
    });
  }
});
