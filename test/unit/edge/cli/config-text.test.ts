// The first configuration: what it offers as a comment is taken as it stands.
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configText } from '../../../../edge/cli/config-text.ts';
import { parseConfig } from '../../../../edge/config.ts';

const text = configText({
  ...{ name: 'edge.contoso.test', organisation: 'Contoso', microsoft: 'direct' },
  ...{ listen: ['127.0.0.1:8443'], urls: [], addresses: [], egress: { ipv4: null, ipv6: null } },
});

test('collectors of logs', () => {
  const lines = text.split('\n');
  const from = lines.indexOf('  # exports:');
  const offered = lines.slice(from).map((line) => line.replace(/^ {2}# /, '  '));
  const config = parse([...lines.slice(0, from), ...offered].join('\n')) as unknown;
  const { exports } = parseConfig(config, 'edge.yaml').log;
  expect(exports.map(({ type, records }) => [type, records])).toEqual([
    ['syslog', ['traffic', 'audit']],
    ['otlp', ['traffic']],
  ]);
});
