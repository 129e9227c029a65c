// Whom sentences name, and when.
import { expect, test } from 'vitest';
import { momentIn, organisationOf } from '../../../../agent/core/words-context.ts';
import { inputs } from '../../../support/status-inputs.ts';
import { wordsContext } from '../../../support/words.ts';

const { enrolment } = inputs();

test('the organisation is named by its enrolment, or by nobody', () => {
  expect(organisationOf(inputs())).toBe('Contoso');
  expect(organisationOf(inputs({ enrolment: { ...enrolment!, organisation: null } }))).toBeNull();
  expect(organisationOf(inputs({ enrolment: null }))).toBeNull();
});

test('a moment is told in the time zone of the person and in their language', () => {
  const context = wordsContext({ inputs: inputs({ timeZone: 'Europe/Berlin' }), language: 'de' });
  expect(momentIn(context, '2026-11-22T08:55:00.000Z')).toEqual({ time: '09:55', day: '22. November' });
});
