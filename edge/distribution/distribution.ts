// Profile distribution joined: what administrators publish and assign, and what devices are answered.
import type { Audit } from '../audit.ts';
import type { DocumentContent } from '../core/device-document.ts';
import type { Forwarding } from '../forwarding.ts';
import type { PlainAnswer } from '../server/request.ts';
import type { Store } from '../store/store.ts';
import { type Assigning, createAssigning } from './assigning.ts';
import { createDeviceDocuments, type DeviceDocumentsOptions } from './device-documents.ts';
import { createEndpointUpdates, type EndpointUpdates } from './endpoint-updates.ts';
import { createPublishing, type Publishing } from './publishing.ts';

export type Distribution = {
  readonly publishing: Publishing;
  readonly assigning: Assigning;
  readonly endpoints: EndpointUpdates;
  /** Of what is distributed as a whole; devices take no document of an older one. */
  readonly revision: () => number;
  readonly answerDevice: (thumbprint: string, query: URLSearchParams) => Promise<PlainAnswer>;
  /** What a device is told. @throws OpenGsaError `not-found` */
  readonly shownFor: (device: string) => DocumentContent;
};

export type DistributionOptions = Pick<
  DeviceDocumentsOptions,
  'organisation' | 'key' | 'peopleAt' | 'now'
> & {
  readonly store: Store;
  readonly forwarding: Forwarding;
  readonly audit: Audit;
  /** Told after each change of assignments, groups and the switch; those of profiles are told by `forwarding`. */
  readonly onChange: () => void;
};

export function createDistribution(options: DistributionOptions): Distribution {
  const { store } = options;
  const publishing = createPublishing(options);
  const assigning = createAssigning({ ...options, find: publishing.find });
  const endpoints = createEndpointUpdates({
    ...options,
    profiles: options.forwarding.unswitched,
    publish: publishing.publish,
  });
  const documents = createDeviceDocuments({
    ...options,
    state: () => ({
      profiles: publishing.profiles(),
      revisions: publishing.revisions(),
      assignments: assigning.assignments(),
      breakGlass: assigning.breakGlass(),
    }),
  });
  return {
    ...{ publishing, assigning, endpoints },
    revision: store.distribution.distributionRevision,
    answerDevice: documents.answer,
    shownFor: (device) => documents.contentFor(assigning.device(device)),
  };
}
