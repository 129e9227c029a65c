// How an organisation is named, and whom a person is told to ask.
import { expect, test } from 'vitest';
import { itName, organisationName } from '../../../../agent/core/words-context.ts';
import { inputs } from '../../../support/status-inputs.ts';

const { enrolment } = inputs();

test.each([
  ['a named organisation', enrolment, 'Contoso', 'Contoso IT'],
  ['an enrolment that names none', { ...enrolment!, organisation: null }, 'Your organisation', 'your IT'],
  ['no enrolment', null, 'Your organisation', 'your IT'],
])('%s', (_, given, organisation, it) => {
  expect(organisationName(inputs({ enrolment: given }))).toBe(organisation);
  expect(itName(inputs({ enrolment: given }))).toBe(it);
});
