// When to ask again what destinations will see: whenever this text is another one.
import { predictionKey } from '../shared/prediction-key.ts';
import { useLanguage, useWindowState } from './window-context.tsx';

/** Differs where an answer may differ: by the agent, by what it knows, and by the language of its sentences. */
export function usePredictionKey(): string {
  const language = useLanguage();
  const { link, status } = useWindowState();
  return `${link.kind} ${language} ${status === null ? '' : predictionKey(status)}`;
}
