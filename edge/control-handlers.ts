// What the running edge does at each request of its control socket.
import { type Administration, systemUser } from './administration.ts';
import type { ControlHandlers, EdgeStatus } from './control/requests.ts';
import type { Distribution } from './distribution/distribution.ts';
import { profileHandlers } from './distribution/handlers.ts';

export function controlHandlers(
  administration: Administration,
  distribution: Distribution,
  status: () => EdgeStatus,
): ControlHandlers {
  return {
    ...profileHandlers(distribution),
    'edge.status': status,
    'devices.add': ({ name, uid }) => administration.addDevice(name, systemUser(uid)),
    'devices.list': () => ({ devices: [...administration.devices()] }),
    'devices.revoke': ({ name, uid }) => ({ device: administration.revokeDevice(name, systemUser(uid)) }),
    'administrators.add': ({ uid, ...wanted }) => administration.administrators.add(wanted, systemUser(uid)),
    'administrators.addCertificate': ({ uid, ...wanted }) => ({
      administrator: administration.administrators.addCertificate(wanted, systemUser(uid)),
    }),
    'administrators.list': () => ({ administrators: [...administration.administrators.list()] }),
    'administrators.revoke': ({ name, uid }) => ({
      administrator: administration.administrators.revoke(name, systemUser(uid)),
    }),
    'invitations.add': ({ uid, ...wish }) => administration.invite(wish, systemUser(uid)),
    'invitations.open': () => ({ text: administration.openInvitation() }),
    'invitations.list': () => ({ invitations: [...administration.invitations()] }),
    'invitations.revoke': ({ id, uid }) => ({
      invitation: administration.revokeInvitation(id, systemUser(uid)),
    }),
    'signaling.get': () => administration.signaling(),
    'signaling.set': ({ status: wanted, confirm, uid }) =>
      administration.setSignaling(wanted, confirm, systemUser(uid)),
  };
}
