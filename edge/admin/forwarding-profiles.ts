// `networkAccess/forwardingProfiles`: the traffic profiles of this edge, and switches for them and their policies.
import { z } from 'zod';
import type { IdentifiedPolicy, IdentifiedProfile } from '../core/forwarding-changes.ts';
import { selected } from '../core/odata/evaluate.ts';
import { pageOf } from '../core/odata/page.ts';
import type { Forwarding } from '../forwarding.ts';
import { annotations, collection, collectionOf, entity, noSuch } from './answers.ts';
import type { Answer, Call, Endpoints, Fault } from './endpoint.ts';
import {
  ofOne,
  policyLinkAnswer,
  policyLinkQuery,
  policyLinkShape,
  profileAnswer,
  profileQuery,
  profileShape,
  status,
} from './forwarding-shapes.ts';

const path = '/networkAccess/forwardingProfiles';
const context = 'networkAccess/forwardingProfiles';
/** Graph answers links with their policies, asked or not. */
const linksWithPolicies = new Set(['policy']);
const stateBody = z.strictObject({ ...annotations, state: status });

export function registerForwardingProfiles(
  endpoints: Endpoints,
  { forwarding }: { readonly forwarding: Forwarding },
): void {
  endpoints.add({
    method: 'GET',
    path,
    summary: 'The traffic profiles that say what devices may reach',
    needs: ['NetworkAccess.Read.All'],
    query: profileQuery,
    answers: collectionOf(profileShape),
    handle: (call) => {
      const all = forwarding.profiles().map((profile) => profileAnswer(profile, call.query.expand));
      return collection(call, context, pageOf(all, withExpanded(call.query)));
    },
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'One of them',
    needs: ['NetworkAccess.Read.All'],
    query: ofOne(profileQuery),
    answers: profileShape,
    handle: (call) => withProfile(call, forwarding, (profile) => answerProfile(call, profile)),
  });
  endpoints.add({
    method: 'PATCH',
    path: `${path}/:id`,
    summary: 'Switch a profile; it holds for new flows',
    needs: ['NetworkAccess.ReadWrite.All'],
    body: stateBody,
    answers: profileShape,
    handle: (call) =>
      withProfile(call, forwarding, ({ id }) => {
        forwarding.setProfileState(id, call.body.state, call.who);
        return withProfile(call, forwarding, (profile) => answerProfile(call, profile));
      }),
  });
  registerPolicyLinks(endpoints, forwarding);
}

function registerPolicyLinks(endpoints: Endpoints, forwarding: Forwarding): void {
  endpoints.add({
    method: 'GET',
    path: `${path}/:id/policies`,
    summary: "A profile's policies",
    needs: ['NetworkAccess.Read.All'],
    query: policyLinkQuery,
    answers: collectionOf(policyLinkShape),
    handle: (call) =>
      withProfile(call, forwarding, (profile) => {
        const expand = new Set([...linksWithPolicies, ...call.query.expand]);
        const links = profile.policies.map((policy) => policyLinkAnswer(policy, profile, expand));
        return collection(
          call,
          `${context}('${profile.id}')/policies`,
          pageOf(links, withExpanded(call.query)),
        );
      }),
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id/policies/:link`,
    summary: 'One of them',
    needs: ['NetworkAccess.Read.All'],
    query: ofOne(policyLinkQuery),
    answers: policyLinkShape,
    handle: (call) => withLink(call, forwarding, (profile, policy) => answerLink(call, profile, policy)),
  });
  endpoints.add({
    method: 'PATCH',
    path: `${path}/:id/policies/:link`,
    summary: 'Switch a policy; a disabled one forwards nothing',
    needs: ['NetworkAccess.ReadWrite.All'],
    body: stateBody,
    answers: policyLinkShape,
    handle: (call) =>
      withLink(call, forwarding, ({ id }, policy) => {
        forwarding.setPolicyState(id, policy.id, call.body.state, call.who);
        return withLink(call, forwarding, (now, changed) => answerLink(call, now, changed));
      }),
  });
}

type Asked = Pick<Call, 'params' | 'query' | 'service'>;

/** What is expanded is answered, whatever is selected. */
function withExpanded<Q extends Call['query']>(query: Q): Q {
  const expanded = [...query.expand].filter((name) => !name.includes('/'));
  return query.select === null ? query : { ...query, select: [...query.select, ...expanded] };
}

function answerProfile({ query, service }: Asked, profile: IdentifiedProfile): Answer {
  const answer = profileAnswer(profile, query.expand);
  return entity({ service }, `${context}/$entity`, selected(answer, withExpanded(query).select));
}

function answerLink({ query, service }: Asked, profile: IdentifiedProfile, policy: IdentifiedPolicy): Answer {
  const answer = policyLinkAnswer(policy, profile, new Set([...linksWithPolicies, ...query.expand]));
  const where = `${context}('${profile.id}')/policies/$entity`;
  return entity({ service }, where, selected(answer, withExpanded(query).select));
}

function withProfile(
  { params: { id = '' } }: Asked,
  forwarding: Forwarding,
  act: (profile: IdentifiedProfile) => Answer,
): Answer | Fault {
  const found = forwarding.profiles().find((profile) => profile.id === id);
  return found === undefined ? noSuch(`the forwarding profile ${id}`) : act(found);
}

function withLink(
  asked: Asked,
  forwarding: Forwarding,
  act: (profile: IdentifiedProfile, policy: IdentifiedPolicy) => Answer,
): Answer {
  const { link = '' } = asked.params;
  return withProfile(asked, forwarding, (profile) => {
    const policy = profile.policies.find(({ id }) => id === link);
    return policy === undefined ? noSuch(`the policy ${link}`) : act(profile, policy);
  });
}
