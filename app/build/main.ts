// `npm run build`: the whole app into dist/.
import { buildApp } from './build-app.ts';

await buildApp();
