// What answers to the question for a captive portal mean, whoever gives them.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  judgePortalAnswer,
  type PortalAnswer,
  type PortalCheck,
} from '../../../../agent/core/portal-answer.ts';

const challenge = '0123456789abcdef';
const edge: PortalCheck = { url: 'http://edge.contoso.test/generate_204', addresses: [], isEdge: true };
const other: PortalCheck = { ...edge, url: 'http://connectivity.test/generate_204', isEdge: false };
const head = (status: number, fields: { location?: string; response?: string } = {}): PortalAnswer => ({
  kind: 'head',
  status,
  location: fields.location ?? null,
  response: fields.response ?? null,
});
const genuine = head(204, { response: `response ${challenge}` });
const portal = (page: string | null) => ({ kind: 'portal', page });

describe('of the edge', () => {
  const judge = (answer: PortalAnswer) => judgePortalAnswer(answer, edge, challenge);

  it.each<[string, PortalAnswer, object]>([
    ['the challenge given back', genuine, { kind: 'open' }],
    ['204 of somebody who does not know it', head(204), portal(null)],
    ['another challenge', head(204, { response: 'response fedcba9876543210' }), portal(null)],
    ['the request’s field repeated', head(204, { response: challenge }), portal(null)],
    ['a page in its place', head(200), portal(null)],
    ['a page that repeats the challenge', head(200, { response: `response ${challenge}` }), portal(null)],
    [
      'a login page elsewhere',
      head(302, { location: 'http://192.0.2.1/login?c=1' }),
      portal('http://192.0.2.1/login?c=1'),
    ],
    ['a relative page', head(307, { location: '/login' }), portal('http://edge.contoso.test/login')],
    ['a network that says what it is', head(511), portal(null)],
    [
      'a front that sends its visitors to HTTPS',
      head(301, { location: 'https://edge.contoso.test/generate_204' }),
      { kind: 'unanswered' },
    ],
    ['another program', head(404), { kind: 'unanswered' }],
    ['a front without the edge', head(502), { kind: 'unanswered' }],
    ['nothing', { kind: 'none' }, { kind: 'unanswered' }],
  ])('%s', (_, answer, expected) => {
    expect(judge(answer)).toEqual(expected);
  });

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:text/html,hello',
    'http://',
    'http://user:secret@192.0.2.1/',
    `http://192.0.2.1/${'a'.repeat(600)}`,
    `http://192.0.2.1/${'ä'.repeat(300)}`,
  ])('the page %j is not passed on', (location) => {
    expect(judge(head(302, { location }))).toEqual(portal(null));
  });
});

describe('of another server', () => {
  const judge = (answer: PortalAnswer) => judgePortalAnswer(answer, other, challenge);

  it.each<[string, PortalAnswer, object]>([
    ['204 without a word', head(204), { kind: 'open' }],
    ['a page', head(200), portal(null)],
    ['nothing', { kind: 'none' }, { kind: 'offline' }],
    ['a fault', head(503), { kind: 'unanswered' }],
  ])('%s', (_, answer, expected) => {
    expect(judge(answer)).toEqual(expected);
  });
});

test('whatever a portal answers, only the edge’s own word opens, and a page is a short URL in ASCII', () => {
  const answers = fc.record({
    kind: fc.constant('head' as const),
    status: fc.integer({ min: 100, max: 599 }),
    location: fc.option(fc.oneof(fc.string({ maxLength: 700, unit: 'binary' }), fc.webUrl())),
    response: fc.option(fc.string()),
  });
  fc.assert(
    fc.property(answers, (answer) => {
      const verdict = judgePortalAnswer(answer, edge, challenge);
      expect(verdict.kind).not.toBe('open');
      if (verdict.kind === 'portal' && verdict.page !== null) {
        expect(verdict.page).toMatch(/^https?:\/\/[\x21-\x7e]{1,505}$/);
      }
    }),
    { seed: 34, numRuns: 500 },
  );
});
