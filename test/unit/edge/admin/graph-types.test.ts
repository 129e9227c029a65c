// What the API answers is what Microsoft's types say of Graph: the compiler compares, the test runner only loads it.
import type {
  DirectoryAudit,
  IpNamedLocation,
  IPv4CidrRange,
  Networkaccess,
} from '@microsoft/microsoft-graph-types-beta';
import { expectTypeOf, test } from 'vitest';
import type { DirectoryAuditAnswer } from '../../../../edge/admin/audit-search.ts';
import type {
  PolicyAnswer,
  PolicyLinkAnswer,
  ProfileAnswer,
  RuleAnswer,
} from '../../../../edge/admin/forwarding-shapes.ts';
import type { LocationAnswer } from '../../../../edge/admin/named-locations.ts';
import type { ConnectionEntry } from '../../../../edge/reports/connection-entry.ts';
import type { TrafficEntry } from '../../../../edge/reports/traffic-entry.ts';

test('directoryAudit', () => {
  expectTypeOf<DirectoryAuditAnswer>().toExtend<DirectoryAudit>();
});

test('forwarding profiles, policy links, policies and rules', () => {
  expectTypeOf<ProfileAnswer>().toExtend<Networkaccess.ForwardingProfile>();
  expectTypeOf<PolicyLinkAnswer>().toExtend<Networkaccess.ForwardingPolicyLink>();
  expectTypeOf<PolicyAnswer>().toExtend<Networkaccess.ForwardingPolicy>();
  expectTypeOf<RuleAnswer>().toExtend<Networkaccess.M365ForwardingRule>();
});

test('named locations', () => {
  expectTypeOf<LocationAnswer>().toExtend<IpNamedLocation>();
  expectTypeOf<LocationAnswer['ipRanges'][number]>().toExtend<IPv4CidrRange>();
});

test('traffic and connections, with every property of Graph’s', () => {
  expectTypeOf<TrafficEntry>().toExtend<Networkaccess.NetworkAccessTraffic>();
  expectTypeOf<ConnectionEntry>().toExtend<Networkaccess.Connection>();
  // Unknown to an edge, where Graph's type has no null; and what would have to be expanded.
  expectTypeOf<Exclude<keyof Networkaccess.NetworkAccessTraffic, keyof TrafficEntry>>().toEqualTypeOf<
    'tenantId' | 'vendorNames' | 'device' | 'user'
  >();
  expectTypeOf<Exclude<keyof Networkaccess.Connection, keyof ConnectionEntry>>().toEqualTypeOf<'tenantId'>();
});
