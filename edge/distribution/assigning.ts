// To whom profiles are assigned, which groups devices are in, and the switch that turns all profiles off.
import { OpenGsaError } from '../../protocol/error.ts';
import { platforms } from '../../protocol/profile-document.ts';
import type { Audit } from '../audit.ts';
import { type Assignment, assignmentText } from '../core/assignment.ts';
import type { NumberedAssignment } from '../store/distribution-store.ts';
import type { Device } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';
import type { Publishing } from './publishing.ts';

/** `who` as in `Administration`. */
export type Assigning = {
  readonly assignments: () => readonly NumberedAssignment[];
  /** @throws OpenGsaError `not-found` for a profile or device that is none, `bad-usage` for a platform that is none */
  readonly assign: (assignment: Assignment, who: string) => NumberedAssignment;
  /** @throws OpenGsaError `not-found` */
  readonly unassign: (number: number, who: string) => NumberedAssignment;
  /** @throws OpenGsaError `not-found` */
  readonly device: (name: string) => Device;
  readonly groupsOf: (device: Device) => readonly string[];
  /** In place of those that it was in. @throws OpenGsaError `not-found`, `bad-usage` */
  readonly setGroups: (device: string, groups: readonly string[], who: string) => void;
  readonly breakGlass: () => string | null;
  /** @returns whether that changed anything */
  readonly setBreakGlass: (on: boolean, who: string) => boolean;
};

export type AssigningOptions = {
  readonly store: Pick<Store, 'devices' | 'distribution' | 'transaction'>;
  readonly find: Publishing['find'];
  readonly audit: Audit;
  readonly now: () => Date;
  /** Told after each change. */
  readonly onChange: () => void;
};

const groupName = /^[^\p{Cc}]{1,128}$/u;
const mostAssignments = 1000;

export function createAssigning({ store, find, audit, now, onChange }: AssigningOptions): Assigning {
  const { distribution } = store;
  const change = <T>(work: (at: string) => T): T => {
    const at = now().toISOString();
    const result = store.transaction(() => {
      distribution.raiseRevision(at);
      return work(at);
    });
    onChange();
    return result;
  };
  const device: Assigning['device'] = (name) => {
    const found = store.devices.list().find((one) => one.name === name && one.revokedAt === null);
    if (found !== undefined) return found;
    throw new OpenGsaError('not-found', `there is no device named ${name}; see: opengsa-edge devices list`);
  };

  return {
    assignments: distribution.assignments,
    assign(wanted, who) {
      const { id } = find(wanted.profile);
      checkTarget(wanted, device);
      if (distribution.assignments().length >= mostAssignments) {
        throw new OpenGsaError('conflict', `there are ${mostAssignments} assignments; use groups`);
      }
      return change((at) => {
        const made = distribution.assign({ ...wanted, profile: id }, at);
        audit(who, 'profiles.assign', assignmentText(made));
        return made;
      });
    },
    unassign: (number, who) =>
      change(() => {
        const removed = distribution.unassign(number);
        if (removed === null) throw new OpenGsaError('not-found', `there is no assignment ${number}`);
        audit(who, 'profiles.unassign', assignmentText(removed));
        return removed;
      }),
    device,
    groupsOf: ({ id }) => distribution.groups(id),
    setGroups(name, groups, who) {
      const { id } = device(name);
      const wrong = groups.find((group) => !groupName.test(group));
      if (wrong !== undefined) {
        throw new OpenGsaError(
          'bad-usage',
          `${JSON.stringify(wrong)} cannot be a group: 1 to 128 characters`,
        );
      }
      change(() => {
        distribution.setGroups(id, groups);
        audit(who, 'devices.groups', `${name}: ${groups.length === 0 ? 'none' : groups.join(', ')}`);
      });
    },
    breakGlass: distribution.breakGlass,
    setBreakGlass(on, who) {
      if ((distribution.breakGlass() !== null) === on) return false;
      change((at) => {
        distribution.setBreakGlass(on ? at : null);
        audit(who, on ? 'breakGlass.on' : 'breakGlass.off', 'all profiles of all devices');
      });
      return true;
    },
  };
}

function checkTarget({ target, name }: Assignment, device: Assigning['device']): void {
  if (target === 'device') device(name);
  if (target === 'platform' && !platforms.some((known) => known === name)) {
    throw new OpenGsaError('bad-usage', `${name} is no platform; there is ${platforms.join(', ')}`);
  }
  if ((target === 'group' || target === 'person') && !groupName.test(name)) {
    throw new OpenGsaError('bad-usage', `${JSON.stringify(name)} cannot be the name of a ${target}`);
  }
}
