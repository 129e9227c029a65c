// Which addresses are opened for windows.
import { expect, test } from 'vitest';
import { linkAddress } from '../../../protocol/window-links.ts';
import { exampleStatus } from '../../support/example-status.ts';
import { since } from '../../support/shown-states.ts';

const state = (page: string | null) => ({
  link: { kind: 'live' as const },
  status: { ...exampleStatus(), connection: { kind: 'captive-portal' as const, since, page } },
});

test('the documentation is a page over https', () => {
  expect(linkAddress('documentation', state(null))).toMatch(/^https:\/\//);
});

test('the page of a captive portal is what the network gave', () => {
  expect(linkAddress('captive-portal', state('http://192.0.2.1/login'))).toBe('http://192.0.2.1/login');
});

test.each([null, 'file:///etc/passwd', 'javascript:alert(1)', 'portal'])('%s is not opened', (page) => {
  expect(() => linkAddress('captive-portal', state(page))).toThrow('this network names no sign-in page');
});

test('where no portal is in the way there is no page', () => {
  const without = { link: { kind: 'live' as const }, status: exampleStatus() };
  expect(() => linkAddress('captive-portal', without)).toThrow('this network names no sign-in page');
});
