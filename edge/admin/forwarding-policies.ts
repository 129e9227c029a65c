// `networkAccess/forwardingPolicies`: the policies of all profiles with their rules, and the action of each rule.
import { z } from 'zod';
import { graphRule } from '../../protocol/graph-export.ts';
import type { IdentifiedPolicy, IdentifiedProfile } from '../core/forwarding-changes.ts';
import { selected } from '../core/odata/evaluate.ts';
import { pageOf } from '../core/odata/page.ts';
import type { Forwarding } from '../forwarding.ts';
import { annotations, collection, collectionOf, entity, noSuch } from './answers.ts';
import type { Answer, Call, Endpoints } from './endpoint.ts';
import {
  ofOne,
  policyAnswer,
  policyQuery,
  policyShape,
  ruleAction,
  ruleQuery,
  ruleShape,
} from './forwarding-shapes.ts';

const path = '/networkAccess/forwardingPolicies';
const context = 'networkAccess/forwardingPolicies';
const mostDeltas = 1000;

/** Graph's `policyRuleDelta`s. */
const deltas = z.strictObject({
  ...annotations,
  rules: z
    .array(z.strictObject({ ...annotations, ruleId: z.string().min(1).max(300), action: ruleAction }))
    .min(1)
    .max(mostDeltas),
});

export function registerForwardingPolicies(
  endpoints: Endpoints,
  { forwarding }: { readonly forwarding: Forwarding },
): void {
  endpoints.add({
    method: 'GET',
    path,
    summary: 'The policies of all traffic profiles',
    needs: ['NetworkAccess.Read.All'],
    query: policyQuery,
    answers: collectionOf(policyShape),
    handle: (call) => {
      const { query } = call;
      const all = placed(forwarding).map(({ policy, profile }) =>
        policyAnswer(policy, profile, query.expand),
      );
      return collection(call, context, pageOf(all, withRules(query)));
    },
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id`,
    summary: 'One of them',
    needs: ['NetworkAccess.Read.All'],
    query: ofOne(policyQuery),
    answers: policyShape,
    handle: (call) =>
      withPolicy(call, forwarding, ({ policy, profile }) => {
        const answer = policyAnswer(policy, profile, call.query.expand);
        return entity(call, `${context}/$entity`, selected(answer, withRules(call.query).select));
      }),
  });
  endpoints.add({
    method: 'POST',
    path: `${path}/:id/updatePolicyRules`,
    summary: 'Forward or bypass by rule, all of them or none; it holds for new flows',
    needs: ['NetworkAccess.ReadWrite.All'],
    body: deltas,
    handle: (call) =>
      withPolicy(call, forwarding, ({ policy }) => {
        forwarding.setRuleActions(policy.id, call.body.rules, call.who);
        return { status: 204 };
      }),
  });
  registerRules(endpoints, forwarding);
}

function registerRules(endpoints: Endpoints, forwarding: Forwarding): void {
  endpoints.add({
    method: 'GET',
    path: `${path}/:id/policyRules`,
    summary: "A policy's rules",
    needs: ['NetworkAccess.Read.All'],
    query: ruleQuery,
    answers: collectionOf(ruleShape),
    handle: (call) =>
      withPolicy(call, forwarding, ({ policy }) =>
        collection(
          call,
          `${context}('${policy.id}')/policyRules`,
          pageOf(policy.rules.map(graphRule), call.query),
        ),
      ),
  });
  endpoints.add({
    method: 'GET',
    path: `${path}/:id/policyRules/:rule`,
    summary: 'One of them',
    needs: ['NetworkAccess.Read.All'],
    query: ofOne(ruleQuery),
    answers: ruleShape,
    handle: (call) =>
      withPolicy(call, forwarding, ({ policy }) => {
        const { rule: wanted = '' } = call.params;
        const rule = policy.rules.find(({ id }) => id === wanted);
        if (rule === undefined) return noSuch(`the rule ${wanted}`);
        const where = `${context}('${policy.id}')/policyRules/$entity`;
        return entity(call, where, selected(graphRule(rule), call.query.select));
      }),
  });
}

type Placed = { readonly policy: IdentifiedPolicy; readonly profile: IdentifiedProfile };

function placed(forwarding: Forwarding): Placed[] {
  return forwarding.profiles().flatMap((profile) => profile.policies.map((policy) => ({ policy, profile })));
}

function withRules<Q extends Call['query']>(query: Q): Q {
  return query.select === null ? query : { ...query, select: [...query.select, ...query.expand] };
}

function withPolicy(
  { params: { id = '' } }: Pick<Call, 'params'>,
  forwarding: Forwarding,
  act: (found: Placed) => Answer,
): Answer {
  const found = placed(forwarding).find(({ policy }) => policy.id === id);
  return found === undefined ? noSuch(`the forwarding policy ${id}`) : act(found);
}
