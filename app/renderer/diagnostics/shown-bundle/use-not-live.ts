// Why nothing can be measured or changed while a bundle is shown.
import { useStrings } from '../../window-context.tsx';
import { useDiagnostics } from '../diagnostics-context.ts';
import { shownBundleStrings } from './shown-bundle-strings.ts';

/** The reason, for controls that it disables; null while the running agent is shown. */
export function useNotLive(): string | null {
  const { bundle } = useDiagnostics();
  const { refusals } = useStrings(shownBundleStrings);
  return bundle === null ? null : refusals.notLive;
}
