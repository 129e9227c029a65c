// An organisation that distributes profiles: the real edge, devices of it, and profiles to publish.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile, Rule } from '../../protocol/profile.ts';
import { runEdge } from './edge-program.ts';
import { createLocalAgent, freePorts, type LocalAgent } from './local-agent.ts';
import type { ProgramGroup } from './processes.ts';

/** A profile that forwards these hosts, on ports 80 and 443, and blocks them without a tunnel. */
export function appProfile(name: string, hosts: readonly string[], more: Partial<Profile> = {}): Profile {
  const rule: Rule = {
    ...{ id: `${name.toLowerCase()}-1`, name, action: 'forward', clientFallbackAction: 'block' },
    ...{ category: 'default', protocol: 'tcp', ports: ['80', '443'], ruleType: 'fqdn' },
    destinations: hosts.map((value) => ({ value })),
  };
  return {
    ...{ name, state: 'enabled', version: '1', trafficForwardingType: 'private', priority: 50 },
    policies: [{ name: `${name} policy`, state: 'enabled', rules: [rule] }],
    ...more,
  };
}

/**
 * One command of `opengsa-edge` on the group's edge.
 *
 * @returns what it printed; throws where it fails
 */
export async function edgeCommand(group: ProgramGroup, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runEdge(group, words);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

export async function publish(group: ProgramGroup, profile: Profile): Promise<string> {
  const file = join(group.folder, `${profile.name}.json`);
  writeFileSync(file, JSON.stringify(profile));
  return edgeCommand(group, 'profiles', 'publish', file);
}

/** An agent of the device `name`, which is added to the edge; not started. The caller ends its group. */
export async function addAgent(group: ProgramGroup, name: string, more = ''): Promise<LocalAgent> {
  await edgeCommand(group, 'devices', 'add', name, '--out', name);
  const agent = createLocalAgent();
  agent.configure(`${freePorts}credentials: ${join(group.folder, name)}\n${more}`);
  return agent;
}
