import { describe, expect, test } from 'vitest';
import {
  captureObstacle,
  obstacleOfNft,
  obstacleOfProbe,
  obstacleText,
  obstacleWords,
  otherNameRedirection,
} from '../../../../agent/core/capture-obstacle.ts';

describe('the words of nft mean', () => {
  test.each([
    ['nft: Could not process rule: Operation not permitted', 'other-agent'],
    ['nft: Could not process rule: Device or resource busy', 'other-agent'],
    ['nft: Could not process rule: Operation not supported', 'kernel-feature'],
    ['nft: Could not process rule: No such file or directory', 'kernel-feature'],
    ['nft: syntax error, unexpected prefix', 'kernel-feature'],
    ['there is no /usr/sbin/nft, /sbin/nft, /usr/bin/nft', 'nft-missing'],
    ['nft: Could not process rule: Invalid argument', 'rules-refused'],
  ])('%s: %s', (words, code) => {
    const obstacle = obstacleOfNft(words);
    expect(obstacle).toMatchObject({ code, effect: 'prevents' });
    expect(obstacleWords(obstacle, 'en').sentence).toContain(`(${words})`);
  });
});

const untracking = 'table inet raw {\n\tchain out {\n\t\toif "lo" notrack\n\t}\n}\n';

describe('a probe that', () => {
  test.each([
    ['timeout' as const, 'hook-bypassed'],
    [{ code: 'ENETUNREACH' }, 'no-route'],
    [{ code: 'ECONNREFUSED' }, 'hook-bypassed'],
    [{ code: 'EPERM' }, 'hook-bypassed'],
  ])('ends with %j names %s', (outcome, code) => {
    expect(obstacleOfProbe(outcome, '')?.code).toBe(code);
  });

  test('arrives names nothing', () => {
    expect(obstacleOfProbe('arrived', untracking)).toBeNull();
  });

  test('does not arrive names a rule that takes connections out of tracking, whatever the symptom', () => {
    for (const outcome of ['timeout', { code: 'ECONNREFUSED' }] as const) {
      expect(obstacleOfProbe(outcome, untracking)).toMatchObject({
        code: 'connections-untracked',
        detail: expect.stringContaining('table inet raw, chain out: oif "lo" notrack') as string,
      });
    }
  });
});

describe('another redirection of port 53', () => {
  const table = (name: string, rule: string): string =>
    `table ${name} {\n\tchain out {\n\t\t${rule}\n\t}\n}\n`;

  test('is named by its table and chain', () => {
    const text = table('ip nat', 'udp dport 53 counter packets 1 bytes 2 redirect to :5353');
    expect(otherNameRedirection(text)).toBe(
      'table ip nat, chain out: udp dport 53 counter packets 1 bytes 2 redirect to :5353',
    );
    expect(otherNameRedirection(table('inet vpn', 'tcp dport { 53, 853 } dnat to 10.0.0.1'))).toContain(
      'inet vpn',
    );
  });

  test('is neither our own nor a rule that leaves the destination alone', () => {
    expect(otherNameRedirection(table('inet opengsa', 'th dport 53 dnat ip to ip daddr map @x'))).toBeNull();
    expect(otherNameRedirection(table('ip filter', 'udp dport 53 accept'))).toBeNull();
    expect(otherNameRedirection(table('ip nat', 'tcp dport 5353 redirect to :1'))).toBeNull();
  });
});

test('an obstacle has a sentence and a remedy', () => {
  const obstacle = captureObstacle('nft-missing');
  expect(obstacle).toEqual({ code: 'nft-missing', effect: 'prevents', detail: '' });
  expect(obstacleWords(obstacle, 'en')).toEqual({
    sentence: 'The program nft is not installed.',
    remedy: 'Install the package nftables, then start the agent again.',
  });
  expect(obstacleWords({ ...obstacle, detail: 'no /usr/sbin/nft' }, 'de')).toEqual({
    sentence: 'Das Programm nft ist nicht installiert. (no /usr/sbin/nft)',
    remedy: 'Installieren Sie das Paket nftables und starten Sie den Agenten neu.',
  });
  expect(obstacleText(obstacle)).toBe(
    'The program nft is not installed. Install the package nftables, then start the agent again.',
  );
});
