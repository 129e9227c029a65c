// What the running edge decides by: a change of an administrator holds for the next flow and is in the next view.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAudit } from '../../../edge/audit.ts';
import { parseConfig } from '../../../edge/config.ts';
import { admit } from '../../../edge/core/admission.ts';
import { compileEdgePolicy } from '../../../edge/core/edge-policy.ts';
import { createLiveSettings, type LiveSettings } from '../../../edge/live-settings.ts';
import { openSqliteStore } from '../../../edge/store/sqlite/store.ts';
import type { Store } from '../../../edge/store/store.ts';
import { exampleProfile } from '../../support/admin-profile.ts';
import { createProgramGroup, type ProgramGroup } from '../../support/processes.ts';

const config = parseConfig(
  {
    ...{ name: 'edge.contoso.test', organisation: 'Contoso' },
    namedLocations: [{ name: 'Head office', ranges: ['203.0.113.0/24'] }],
  },
  'edge.yaml',
);
const now = () => new Date('2026-06-01T12:00:00.000Z');
let group: ProgramGroup;
let store: Store;
let live: LiveSettings;
let views: number;
beforeEach(() => {
  group = createProgramGroup();
  store = openSqliteStore(join(group.folder, 'edge.db'), now().toISOString());
  live = start();
  views = 0;
});
afterEach(async () => {
  store.close();
  await group.end();
});

function start(): LiveSettings {
  return createLiveSettings({
    ...{ config, profiles: [exampleProfile], store, now },
    compile: (profiles) => compileEdgePolicy(config, profiles),
    audit: createAudit({ store, now }),
    onView: () => (views += 1),
  });
}

const outcome = (name: string, settings = live) => {
  const admission = admit({ host: { kind: 'name', name }, port: 443 }, settings.policy());
  return admission.kind === 'admit' ? 'admitted' : admission.denial.reason;
};

test('a rule, a policy and a profile that are switched off admit nothing, and again when switched on', () => {
  expect([outcome('mail.contoso.test'), outcome('chat.contoso.test')]).toEqual(['admitted', 'admitted']);
  const exchange = 'contoso-traffic.exchange-online';
  live.forwarding.setRuleActions(exchange, [{ ruleId: 'mail', action: 'bypass' }], 'uid 0');
  expect(outcome('mail.contoso.test')).toBe('destination-not-allowed');
  expect(outcome('autodiscover.contoso.test')).toBe('admitted');
  live.forwarding.setPolicyState('contoso-traffic', 'contoso-traffic.teams', 'disabled', 'uid 0');
  expect(outcome('chat.contoso.test')).toBe('destination-not-allowed');
  live.forwarding.setProfileState('contoso-traffic', 'disabled', 'uid 0');
  expect(outcome('autodiscover.contoso.test')).toBe('destination-not-allowed');
  live.forwarding.setProfileState('contoso-traffic', 'enabled', 'uid 0');
  expect(outcome('autodiscover.contoso.test')).toBe('admitted');
  expect(outcome('mail.contoso.test', start())).toBe('destination-not-allowed');
});

test('a named location is in the next view, with a higher revision', () => {
  const before = live.view().revision;
  live.namedLocations.add({ name: 'Branch', trusted: true, ranges: ['198.51.100.0/24'] }, 'uid 0');
  expect(views).toBe(1);
  expect(live.view().revision).toBeGreaterThan(before);
  expect(live.view().namedLocations).toEqual([
    { name: 'Head office', trusted: false, ranges: ['203.0.113.0/24'] },
    { name: 'Branch', trusted: true, ranges: ['198.51.100.0/24'] },
  ]);
});
