// A real agent between an English and a German client: each is answered, and told of changes, in its own language.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectToAgent, type ManagementClient } from '../../agent/management/client.ts';
import type { Language } from '../../protocol/language.ts';
import type { Status } from '../../protocol/status.ts';
import { createLocalAgent } from '../support/local-agent.ts';

const agent = createLocalAgent();
const heard: Record<Language, Status[]> = { en: [], de: [] };
let english: ManagementClient;
let german: ManagementClient;

async function join(language: Language): Promise<ManagementClient> {
  const client = await connectToAgent({
    ...{ socketPath: agent.socketPath, program: 'test', language },
    status: (status) => heard[language].push(status),
  });
  await client.call('status.subscribe', {});
  return client;
}

beforeAll(async () => {
  await agent.start();
  [english, german] = await Promise.all([join('en'), join('de')]);
});

afterAll(async () => {
  english.close();
  german.close();
  await agent.group.end();
});

test('one change is told to each in its language, under one revision', async () => {
  const answer = await german.call('profile.set', { name: 'microsoft', enabled: false });
  expect(answer.title).toBe('Nicht registriert');
  expect(answer.cause).toBe('Dieses Gerät gehört noch zu keiner Organisation.');
  const toldOff = (language: Language) =>
    heard[language].find(({ profiles }) => profiles.some(({ enabled }) => !enabled));
  await expect
    .poll(() => [toldOff('en')?.title, toldOff('de')?.title])
    .toEqual(['Not enrolled', 'Nicht registriert']);
  expect(toldOff('de')?.revision).toBe(toldOff('en')?.revision);
});

test('predictions and health are told in the language of whoever asks', async () => {
  const destinations = ['login.contoso.test'];
  expect((await german.call('seen-as.get', { destinations })).title).toBe('Nicht registriert');
  expect((await english.call('seen-as.get', { destinations })).title).toBe('Not enrolled');
  const { report } = await german.call('health.get', { only: ['agent-running', 'microsoft-profile'] });
  expect(report.checks).toMatchObject([
    { title: 'Der Agent läuft', measured: 'er antwortet' },
    { title: 'Das Microsoft-Profil ist eingeschaltet', measured: 'ausgeschaltet' },
  ]);
});

test('the command speaks English', async () => {
  expect((await agent.status()).title).toBe('Not enrolled');
});
