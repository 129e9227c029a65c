// The chart of latencies, drawn by uPlot. It is decoration: the table beside it says the same.
import { type ReactElement, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dashes } from './latency-dashes.ts';
import type { LatencyChartData } from './latency-model.ts';

const height = 160;
/** Room for a time of day under its place, in px. */
const timeWidth = 64;

export function LatencyChart({ data }: { readonly data: LatencyChartData }): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const names = data.series.map(({ name }) => name).join('\n');
  useEffect(() => {
    const place = box.current;
    if (place === null) return;
    const lines = names.split('\n');
    const drawn = new uPlot(optionsFor(place, lines), [[], ...lines.map(() => [])], place);
    chart.current = drawn;
    const sized = new ResizeObserver(() => drawn.setSize({ width: place.clientWidth, height }));
    sized.observe(place);
    // Colours are read when it is drawn.
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => drawn.redraw();
    scheme.addEventListener('change', redraw);
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      theme.disconnect();
      scheme.removeEventListener('change', redraw);
      sized.disconnect();
      drawn.destroy();
      chart.current = null;
    };
  }, [names]);
  useEffect(() => {
    chart.current?.setData([[...data.times], ...data.series.map(({ values }) => [...values])]);
  });
  return <div className="latency-chart" ref={box} aria-hidden="true" />;
}

function optionsFor(place: HTMLElement, names: readonly string[]): uPlot.Options {
  // The style sheet gives the box the colours of what is drawn in it.
  const colour = (of: 'color' | 'borderTopColor' | 'outlineColor') => () => getComputedStyle(place)[of];
  const font = `12px ${getComputedStyle(place).fontFamily}`;
  const axis = { stroke: colour('outlineColor'), font, ticks: { show: false, size: 0 } };
  return {
    ...{ width: place.clientWidth, height, padding: [8, timeWidth / 2, 0, 0], legend: { show: false } },
    cursor: { show: false },
    axes: [
      {
        ...axis,
        gap: 12,
        space: timeWidth * 1.5,
        grid: { show: false },
        values: (_, times) => times.map(clock),
      },
      {
        ...axis,
        size: 60,
        gap: 8,
        grid: { stroke: colour('borderTopColor'), width: 1 },
        values: (_, values) => values.map((ms) => `${ms}\u00a0ms`),
      },
    ],
    scales: { y: { range: (_, __, highest) => [0, Math.max(1, highest * 1.2)] } },
    series: [
      {},
      ...names.map((label, i) => ({
        label,
        stroke: colour('color'),
        width: 1.5,
        dash: [...(dashes[i % dashes.length] ?? [])],
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}

function clock(seconds: number): string {
  const time = new Date(seconds * 1000);
  return [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
