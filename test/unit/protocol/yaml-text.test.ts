// YAML text of configuration files: values, and faults with their line.
import { expect, test } from 'vitest';
import { parseYamlText } from '../../../protocol/yaml-text.ts';

test('gives the value, comments left out', () => {
  expect(parseYamlText('# edge\nname: e.test\nports: [443]\n', 'edge.yaml')).toEqual({
    name: 'e.test',
    ports: [443],
  });
});

test.each([
  ['a bracket without end', 'name: e.test\nports: [443\n', /^edge\.yaml:\d: is not YAML$/],
  ['an alias', 'a: &x [1]\nb: *x\n', /^edge\.yaml: is not YAML$/],
])('%s is refused with the file', (_, text, message) => {
  expect(() => parseYamlText(text, 'edge.yaml')).toThrow(message);
});
