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
