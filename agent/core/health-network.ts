// Health of the network that this machine is in: routes, name servers, and what stands between.
import { check, failed, notApplicable, ok, unknown, warning } from './health-check.ts';

export const networkChecks = {
  'default-route': check('default-route', {
    needs: ['network'],
    judge: ({ network: { gateways, addresses } }, words) => {
      const routes = [gateways.ipv4, gateways.ipv6].filter((route) => route !== null);
      if (routes.length > 0) return ok(routes.join(', '));
      return addresses.length === 0
        ? failed(words.noAddress, words.plugIn)
        : warning(words.noRoute(addresses.join(', ')), words.reconnect);
    },
  }),
  internet: check('internet', {
    needs: ['status'],
    judge: ({ status }, words) => {
      const { connection } = status.status;
      switch (connection.kind) {
        case 'captive-portal':
          return failed(
            words.portal,
            connection.page === null ? words.openAny : words.openPage(connection.page),
          );
        case 'no-internet':
          return failed(words.offline, words.checkCable);
        case 'connected':
          return ok(words.reached);
        default:
          return unknown(words.nobodyTold);
      }
    },
  }),
  'name-servers': check('name-servers', {
    needs: ['nameServers'],
    judge: ({ nameServers: { servers, answer } }, words) => {
      if (answer === null) return failed(words.none, words.addOne);
      const all = servers.join(', ');
      return answer.fault === null
        ? ok(words.answered(answer.server, Math.round(answer.ms ?? 0), all))
        : failed(`${answer.server}: ${answer.fault}`, words.openPort(all));
    },
  }),
  ipv6: check('ipv6', {
    needs: ['network', 'transparent'],
    judge: ({ network, transparent }, words) => {
      const gateway = network.gateways.ipv6;
      if (gateway === null) return notApplicable(words.none);
      if (transparent === null) return ok(words.byProxy(gateway));
      return transparent.ipv6Subnets > 0
        ? ok(words.captured(gateway, transparent.ipv6Subnets))
        : warning(words.notCaptured(gateway), words.installKoffi);
    },
  }),
} as const;
