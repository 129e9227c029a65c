// Inputs of the status projection for tests: a device of contoso.test with a connected edge, to be varied.
import type { FlowDecision } from '../../agent/core/flow.ts';
import type { ViewClass } from '../../agent/core/prediction.ts';
import type { SeenQuestion } from '../../agent/core/seen-as.ts';
import type { StatusInputs } from '../../agent/core/status-inputs.ts';
import { buildLocationIndex } from '../../protocol/location-verdict.ts';
import type { MicrosoftGroup } from '../../protocol/seen-as.ts';
import type { EgressAddressStatus } from '../../protocol/status.ts';
import type { View } from '../../protocol/view.ts';

/** 09:50 in UTC, which is the time zone of these tests. */
export const now = Date.parse('2026-11-23T09:50:00Z');
export const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);

export const ownAddress = '203.0.113.7';
export const edgeAddress = '198.51.100.5';

export function egress(
  state: EgressAddressStatus['state'],
  address: string | null,
  evidence: readonly string[] = [],
): EgressAddressStatus {
  return {
    state,
    address,
    checkedAt: null,
    expiresAt: null,
    evidence: evidence.map((seen, i) => ({
      source: 'witness',
      operator: `operator-${i}`,
      asked: `witness-${i}.contoso.test`,
      address: seen,
      signed: true,
      at: new Date(now).toISOString(),
      error: null,
    })),
  };
}

export const view: View = {
  revision: 3,
  organisation: 'Contoso',
  edgeEgress: { ipv4: edgeAddress, ipv6: null },
  classes: [],
  namedLocations: [],
  signaling: { status: 'enabled', since: '2026-11-23T08:00:00.000Z' },
  microsoft: 'anchor',
  sourceRanges: [],
};

export function decision(changes: Partial<FlowDecision> = {}): FlowDecision {
  return {
    action: 'tunnel',
    ruleId: 'rule',
    reason: 'rule-forward',
    authentication: null,
    hardening: 'block',
    attest: false,
    ...changes,
  };
}

export function watched(
  label: string,
  group: MicrosoftGroup | null,
  entry: ViewClass['class'] | null,
  changes: Partial<FlowDecision> = {},
): SeenQuestion {
  return {
    label,
    group,
    origin: group === null ? 'organisation' : 'microsoft',
    authentication: group === 'Sign-in' || group === null ? 'sign-in' : null,
    family: null,
    takesPeer: group !== null,
    inMicrosoftGroup: group !== null,
    heard: null,
    destination: group === null ? label : `${group.toLowerCase()}.contoso.test`,
    entry: entry === null ? null : { match: label, class: entry },
    decision: decision({
      authentication: group === 'Sign-in' || group === null ? 'sign-in' : null,
      ...changes,
    }),
  };
}

export function inputs(changes: Partial<StatusInputs> = {}): StatusInputs {
  return {
    revision: 1,
    timeZone: 'UTC',
    enrolment: {
      organisation: 'Contoso',
      device: 'WS-0417',
      thumbprint: 'ab'.repeat(32),
      certificateExpiresAt: '2027-11-23T00:00:00.000Z',
    },
    person: { kind: 'signed-out' },
    signInOffered: false,
    mode: { kind: 'on' },
    link: { kind: 'connected', edge: 'edge-1.contoso.test', since: at('08:12:00') },
    view: { kind: 'known', view },
    generation: 1,
    egress: { ipv4: egress('confirmed', ownAddress), ipv6: egress('none', null) },
    tunnelFamily: 'ipv4',
    profiles: [
      {
        name: 'microsoft',
        title: 'Microsoft traffic profile',
        version: '2025-12-01',
        enabled: true,
        locked: false,
        policies: 5,
        rules: 90,
        changedAt: null,
      },
    ],
    distribution: null,
    profileFault: null,
    programRuleFault: null,
    watched: [
      watched('login.contoso.test', null, 'proxy-v2'),
      watched('Entra ID', 'Sign-in', 'anchor'),
      watched('Graph', 'Graph', 'anchor'),
      watched('Exchange', 'Exchange', 'anchor', { hardening: 'bypass' }),
      watched('SharePoint', 'SharePoint', 'anchor', { hardening: 'bypass' }),
    ],
    locations: {
      index: buildLocationIndex([]),
      summary: { edge: 0, imported: 0, importedAt: null, notJudged: [], fault: null },
    },
    channels: [],
    capture: {
      mode: 'proxy',
      httpProxy: '127.0.0.1:8088',
      socks5: '127.0.0.1:8089',
      pacUrl: null,
      transparent: null,
    },
    flows: { open: 0, total: 0, tunnelled: 0, direct: 0, blocked: 0, failed: 0 },
    ...changes,
  };
}
