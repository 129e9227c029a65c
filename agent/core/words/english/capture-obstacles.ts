// What stands in the way of the transparent capture, in English, and what to do about it.

export const captureObstacles = {
  'not-linux': {
    sentence: 'Transparent capture needs nftables, which this system does not have.',
    remedy: 'Use the proxy: capture mode "proxy".',
  },
  'runs-as-root': {
    sentence: 'The agent runs as root, so its own traffic cannot be told from that of other services.',
    remedy: 'Run it as an account of its own with CAP_NET_ADMIN: User= and AmbientCapabilities= in the unit.',
  },
  'captures-itself': {
    sentence: 'The account to capture is the account of the agent itself.',
    remedy: 'Run the agent as an account of its own.',
  },
  'nft-missing': {
    sentence: 'The program nft is not installed.',
    remedy: 'Install the package nftables, then start the agent again.',
  },
  'ip-missing': {
    sentence: 'The program ip is not installed.',
    remedy: 'Install the package iproute2, then start the agent again.',
  },
  'no-net-admin': {
    sentence: 'The agent may not change the rules of the network.',
    remedy: 'Give it CAP_NET_ADMIN: AmbientCapabilities=CAP_NET_ADMIN in the unit.',
  },
  'other-agent': {
    sentence: 'Another running agent owns the capture on this machine.',
    remedy: 'Stop the other agent, then start this one again.',
  },
  'kernel-feature': {
    sentence: 'This kernel or this nft lacks a feature that the capture is made of.',
    remedy: 'Linux 5.12 and nft 0.9.9 have them all: nf_tables with NAT, and tables with an owner.',
  },
  'rules-refused': {
    sentence: 'The system does not take the rules of the capture.',
    remedy: 'Look at the words of nft; a rule set of another program may be in the way.',
  },
  'no-route': {
    sentence: 'The system has no route for the synthetic addresses, so connections to them fail at once.',
    remedy: 'Bring the loopback interface up; look for a rule or route that forbids the synthetic range.',
  },
  'connections-untracked': {
    sentence: 'A connection that is captured gets no answer.',
    remedy:
      'Look for a firewall rule with "notrack" on the loopback interface, or one that drops 127.0.0.0/8.',
  },
  'hook-bypassed': {
    sentence: 'A connection to a synthetic address does not arrive at the agent.',
    remedy:
      'Look for a firewall rule that refuses or drops the synthetic range in the output, or 127.0.0.0/8.',
  },
  loop: {
    sentence: 'The agent has captured its own connection, so the capture was stopped.',
    remedy: 'Run the agent as an account that nothing changes on the way, and restart it.',
  },
  'no-default-route': {
    sentence:
      'There is no default route: subnets are out of reach before they can be captured. Names are captured.',
    remedy: 'Connect to a network.',
  },
  'names-redirected-elsewhere': {
    sentence: 'Another program redirects questions to name servers (port 53), so names may not be acquired.',
    remedy: 'Switch off the DNS redirection of the other program.',
  },
  'nameserver-out-of-reach': {
    sentence:
      'A name server with a link-local address is asked past the agent, so names that it tells are not acquired.',
    remedy: 'Give this machine a name server whose address needs no interface.',
  },
  'no-ipv6-capture': {
    sentence: 'IPv6 subnets are not captured. They pass, or are refused where their rules say "block".',
    remedy: 'Install the optional module koffi, and have IPv6 on the loopback interface.',
  },
  'no-room': {
    sentence: 'The subnets of the profiles are larger together than what 127.0.0.0/8 has room for.',
    remedy: 'Name fewer or smaller subnets in the rules.',
  },
};
