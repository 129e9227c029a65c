// A sign-in that a window begins: whose flows will be the person's, what the browser is given, and that it is tidied up.
import { expect, test, vi } from 'vitest';
import type { ManagementClient } from '../../../agent/management/client.ts';
import { signInFromWindow } from '../../../agent/window-sign-in.ts';
import { OpenGsaError } from '../../../protocol/error.ts';

const url = 'https://login.contoso.test/authorize?state=s';

/** Answers as the agent does, and is asked for progress until `progress` has run out. */
function scripted(progress: readonly object[]) {
  const left = [...progress];
  const call = vi.fn((method: string): Promise<unknown> => {
    if (method === 'person.sign-in') return Promise.resolve({ kind: 'browser', url });
    const next = left.shift();
    return next === undefined
      ? Promise.reject(new OpenGsaError('agent-not-running', 'it has gone'))
      : Promise.resolve(next);
  });
  return { call, agent: { call } as unknown as Pick<ManagementClient, 'call'> };
}

test('the browser gets the issuer’s address for the account of who asks, and its page goes when all is over', async () => {
  const { agent, call } = scripted([{ kind: 'waiting' }, { kind: 'signed-in', name: 'megan' }]);
  const remove = vi.fn(() => Promise.resolve());
  const opened: string[] = [];
  await signInFromWindow(agent, (address) => {
    opened.push(address);
    return Promise.resolve({ remove });
  });
  expect(opened).toEqual([url]);
  expect(call).toHaveBeenCalledWith('person.sign-in', {
    ...{ how: 'browser', issuer: null },
    uid: process.getuid?.() ?? null,
  });
  await vi.waitFor(() => expect(remove).toHaveBeenCalledOnce());
});

test('its page goes too when the agent does', async () => {
  const remove = vi.fn(() => Promise.resolve());
  await signInFromWindow(scripted([{ kind: 'waiting' }]).agent, () => Promise.resolve({ remove }));
  await vi.waitFor(() => expect(remove).toHaveBeenCalledOnce());
});

test('where no browser can be opened, another way is named', async () => {
  await expect(signInFromWindow(scripted([]).agent, () => Promise.resolve(null))).rejects.toThrow(
    'no browser can be opened here: opengsa sign-in --device-code',
  );
});
