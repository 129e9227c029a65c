// Who opened a flow, in words.
import { describe, expect, test } from 'vitest';
import { openerSentence, openerText } from '../../../../agent/cli/process-text.ts';
import { parsePasswd } from '../../../../agent/cli/user-names.ts';
import { processUnknowns, type ProcessUnknown } from '../../../../protocol/process-fact.ts';

const names = parsePasswd(
  'root:x:0:0:root:/root:/bin/bash\n# anna:x:7:\nanna:x:1000:1000::/home/anna:/bin/sh\nbroken\ntoor:x:0:0::/:/bin/sh\n',
);
const nameOf = (uid: number) => names.get(uid) ?? `uid ${uid}`;
const known = { uid: 1000, pid: 42, executable: '/usr/bin/curl', unknown: null };

test('the first name of an account counts, and what is no entry does not', () => {
  expect([...names]).toEqual([
    [0, 'root'],
    [1000, 'anna'],
  ]);
});

test('a program is shown with its account, and in full on a sheet', () => {
  expect(openerText(known, nameOf)).toBe('curl, anna');
  expect(openerSentence(known, nameOf)).toBe('/usr/bin/curl, process 42, account anna');
  expect(openerText({ ...known, uid: 7, executable: null, pid: null }, nameOf)).toBe('uid 7');
  expect(openerText(null, nameOf)).toBe('-');
  expect(openerSentence(null, nameOf)).toBe('not known yet');
});

describe.each(Object.keys(processUnknowns) as ProcessUnknown[])('%s', (unknown) => {
  test('is explained, with the account and without', () => {
    const nothing = { uid: null, pid: null, executable: null, unknown };
    expect(openerText(nothing, nameOf)).toBe('unknown');
    expect(openerSentence(nothing, nameOf)).toMatch(/^unknown: \S/);
    expect(openerSentence({ ...nothing, uid: 0 }, nameOf)).toMatch(/^account root; program unknown: \S/);
  });
});
