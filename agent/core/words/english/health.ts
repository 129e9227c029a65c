// The words of every health check, by its id, in English.
import { browserHealth } from './health-browsers.ts';
import { captureHealth } from './health-capture.ts';
import { deviceHealth } from './health-device.ts';
import { edgeHealth } from './health-edge.ts';
import { networkHealth } from './health-network.ts';
import { transparentHealth } from './health-transparent.ts';

export const health = {
  /** @param first the id of the check that this one rests on */
  notJudged: (first: string) => `not judged while ${first} fails`,
  checks: {
    ...deviceHealth,
    ...networkHealth,
    ...edgeHealth,
    ...captureHealth,
    ...browserHealth,
    ...transparentHealth,
  },
};
