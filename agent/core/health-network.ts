// Health of the network that this machine is in: routes, name servers, and what stands between.
import { check, failed, notApplicable, ok, unknown, warning } from './health-check.ts';

export const networkChecks = {
  'default-route': check({
    title: 'The network leads outside',
    why: 'Without a default route neither the edge nor anything else is reached.',
    needs: ['network'],
    judge: ({ network: { gateways, addresses } }) => {
      const routes = [gateways.ipv4, gateways.ipv6].filter((route) => route !== null);
      if (routes.length > 0) return ok(routes.join(', '));
      return addresses.length === 0
        ? failed('no interface has an address', 'plug in the cable or join a wireless network')
        : warning(
            `${addresses.join(', ')}, but no default route`,
            'reconnect the network; "ip route" must show a line that begins with default, unless the edge is on this network',
          );
    },
  }),
  internet: check({
    title: 'Nothing stands before the internet',
    why: 'A sign-in page of the network holds everything back until somebody has been there.',
    needs: ['status'],
    judge: ({ status }) => {
      const { connection } = status.status;
      switch (connection.kind) {
        case 'captive-portal':
          return failed(
            'the network asks for a sign-in of its own',
            `open ${connection.page ?? 'any plain http:// page'} in a browser and sign in to the network`,
          );
        case 'no-internet':
          return failed('the network lets nothing through', 'check the cable or the wireless network');
        case 'connected':
          return ok('the edge is reached through it');
        default:
          return unknown('nothing has answered that could tell');
      }
    },
  }),
  'name-servers': check({
    title: 'The name servers answer',
    why: 'Names of services, and of the edge, become addresses there.',
    needs: ['nameServers'],
    judge: ({ nameServers: { servers, answer } }) => {
      if (answer === null)
        return failed('/etc/resolv.conf names none', 'reconnect the network, or add a nameserver line to it');
      return answer.fault === null
        ? ok(`${answer.server} in ${Math.round(answer.ms ?? 0)} ms; found ${servers.join(', ')}`)
        : failed(
            `${answer.server}: ${answer.fault}`,
            `see whether UDP port 53 to ${servers.join(', ')} is open, or name another server in the settings of the network`,
          );
    },
  }),
  ipv6: check({
    title: 'IPv6 does not go past the capture',
    why: 'A destination that is reached by IPv6 must be captured there too.',
    needs: ['network', 'transparent'],
    judge: ({ network, transparent }) => {
      if (network.gateways.ipv6 === null) return notApplicable('this network has no IPv6');
      const present = `default route ${network.gateways.ipv6}`;
      if (transparent === null) return ok(`${present}; the proxy takes names, whatever their addresses`);
      return transparent.ipv6Subnets > 0
        ? ok(`${present}; ${transparent.ipv6Subnets} ranges captured`)
        : warning(
            `${present}; names are captured, IPv6 ranges are not`,
            'install the optional package koffi beside the agent, or set the hardening of such rules to block',
          );
    },
  }),
} as const;
