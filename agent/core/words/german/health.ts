// The words of every health check, by its id, in German.
import type { Translated } from '../../../../protocol/words/translated.ts';
import type { health as english } from '../english/health.ts';
import { browserHealth } from './health-browsers.ts';
import { captureHealth } from './health-capture.ts';
import { deviceHealth } from './health-device.ts';
import { edgeHealth } from './health-edge.ts';
import { networkHealth } from './health-network.ts';
import { transparentHealth } from './health-transparent.ts';

export const health: Translated<typeof english> = {
  notJudged: (first) => `nicht beurteilt, solange ${first} fehlschlägt`,
  checks: {
    ...deviceHealth,
    ...networkHealth,
    ...edgeHealth,
    ...captureHealth,
    ...browserHealth,
    ...transparentHealth,
  },
};
