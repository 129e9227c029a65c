// The latencies since the window was opened: a chart for the eye, and the same in figures for everybody.
import { lazy, type ReactElement, Suspense } from 'react';
import { latencyText } from '../../../shared/quantity-words.ts';
import { useLatencies } from '../../use-latencies.ts';
import { useLanguage, useStrings } from '../../window-context.tsx';
import { type LatencySummary, latencyChartData, latencySummary } from './latency-model.ts';
import { overviewStrings } from './overview-strings.ts';
import { dashes } from './latency-dashes.ts';

const LatencyChart = lazy(async () => ({ default: (await import('./latency-chart.tsx')).LatencyChart }));

export function LatencySection(): ReactElement {
  const strings = useStrings(overviewStrings).latency;
  const history = useLatencies();
  const data = latencyChartData(history);
  const summaries = [...history].flatMap(([name, list], place) => {
    const summary = latencySummary(list);
    return summary === null ? [] : [{ name, place, summary }];
  });
  return (
    <section>
      <div className="section-head">
        <h2 id="latency-title">{strings.title}</h2>
      </div>
      {summaries.length === 0 ? (
        <p className="card row quiet">{strings.none}</p>
      ) : (
        <div className="card latency">
          {data.times.length > 1 && (
            <Suspense>
              <LatencyChart data={data} />
            </Suspense>
          )}
          <table aria-labelledby="latency-title">
            <thead>
              <tr>
                {[strings.channel, strings.last, strings.lowest, strings.median, strings.highest].map(
                  (title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {summaries.map(({ name, place, summary }) => (
                <SummaryLine key={name} name={name} dash={dashes[place % dashes.length] ?? []} {...summary} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function SummaryLine({
  name,
  dash,
  count,
  last,
  lowest,
  median,
  highest,
}: LatencySummary & { readonly name: string; readonly dash: readonly number[] }): ReactElement {
  const language = useLanguage();
  const { measured } = useStrings(overviewStrings);
  return (
    <tr>
      <th scope="row" title={`${name}, ${measured(count)}`}>
        <span className="with-glyph">
          <svg className="dash" viewBox="0 0 24 2" aria-hidden="true">
            <path d="M0 1h24" strokeDasharray={dash.join(' ')} />
          </svg>
          {name}
        </span>
      </th>
      <td>{latencyText(last, language)}</td>
      <td>{latencyText(lowest, language)}</td>
      <td>{latencyText(median, language)}</td>
      <td>{latencyText(highest, language)}</td>
    </tr>
  );
}
