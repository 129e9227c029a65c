// Reading edge.yaml: paths, YAML faults, and a file that is not there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../../edge/load-config.ts';
import { createProgramGroup } from '../../support/processes.ts';

const group = createProgramGroup();
afterAll(() => group.end());
const file = join(group.folder, 'edge.yaml');

function load(text: string) {
  writeFileSync(file, text);
  return loadConfig(file);
}

test('paths are relative to the file; the built-in profile and standard output are not paths', () => {
  const config = load(
    'name: e.test\norganisation: Contoso\nprofiles: [microsoft, own.json]\nlog: { flows: f.jsonl }\n',
  );
  expect(config.profiles).toEqual(['microsoft', join(group.folder, 'own.json')]);
  expect(config.log.flows).toBe(join(group.folder, 'f.jsonl'));
  expect(load('name: e.test\norganisation: Contoso\nlog: { flows: "-" }\n').log.flows).toBe('-');
  const [entry] = load(
    'name: e.test\norganisation: C\nclasses:\n  - match: a.test\n    class: forwarded\n' +
      '    upstream: { address: 192.0.2.8, port: 443 }\n    upstreamTls: { ca: ca.pem }\n' +
      '    certificate: { certificate: a.crt, key: /etc/a.key }\n',
  ).classes;
  expect(entry?.upstreamTls).toEqual({ ca: join(group.folder, 'ca.pem') });
  expect(entry?.certificate).toEqual({ certificate: join(group.folder, 'a.crt'), key: '/etc/a.key' });
});

test.each([
  ['a fault of syntax by its line', 'name: e.test\norganisation: [\n', /edge\.yaml:\d: is not YAML/],
  ['a key given twice', 'name: a.test\nname: b.test\n', /edge\.yaml:2: is not YAML/],
  ['an alias that multiplies', 'name: &a e.test\norganisation: *a\n', /edge\.yaml: is not YAML/],
  ['an empty file', '', /edge\.yaml: \(top level\)/],
  [
    'a wrong value by its path',
    'name: e.test\norganisation: C\nports: [443, no]\n',
    /edge\.yaml: ports\[1\]: /,
  ],
])('it refuses %s', (_, text, message) => {
  expect(() => load(text)).toThrow(message);
});

test('a file that is not there is named with what to do', () => {
  expect(() => loadConfig(join(group.folder, 'none.yaml'))).toThrow(/none\.yaml: cannot be read; .*--config/);
});
