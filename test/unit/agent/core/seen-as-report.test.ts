// The report holds the same facts as the status, for the destinations that were asked for, and the alarm in words.
import { expect, test } from 'vitest';
import { seenAsReport } from '../../../../agent/core/seen-as-report.ts';
import { projectStatus } from '../../../../agent/core/status.ts';
import { seenAsReport as schema } from '../../../../protocol/seen-as-report.ts';
import { edgeAddress, inputs, now, ownAddress, watched } from '../../../support/status-inputs.ts';
import { faultsOf } from '../../../support/words.ts';

const direct = { action: 'direct', reason: 'class-direct' } as const;
const split = inputs({
  watched: [watched('Entra ID', 'Sign-in', 'anchor'), watched('Graph', 'Graph', 'direct', direct)],
});

test('the asked in their order, and what the status says besides', () => {
  const [login, entra] = inputs().watched;
  const report = seenAsReport(inputs(), [entra!, login!], now, 'en');
  const status = projectStatus(inputs(), now, 'en');
  expect(schema.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    title: 'Connected',
    organisation: 'Contoso',
    mismatch: null,
    egress: status.egress,
  });
  expect(report.destinations).toEqual([status.seenAs[1], status.seenAs[0]]);
});

test('the alarm is there whatever was asked for, with cause and remedy', () => {
  const { mismatch } = seenAsReport(split, [], now, 'en');
  expect(mismatch).toMatchObject({
    seen: [
      { group: 'Sign-in', addresses: [edgeAddress] },
      { group: 'Graph', addresses: [ownAddress] },
    ],
    sentence: `Sign-in will see ${edgeAddress}, Graph will see ${ownAddress}.`,
    cause: "Graph leaves directly (the edge's class is direct); the others go through the edge.",
  });
  expect(faultsOf(mismatch?.remedy ?? '')).toEqual([]);
});

test('without a connection there is no alarm, for nothing goes through the edge', () => {
  const paused = { kind: 'paused', since: now, until: now + 60_000 } as const;
  expect(seenAsReport({ ...split, mode: paused }, [], now, 'en')).toMatchObject({
    title: 'Paused',
    mismatch: null,
  });
});
