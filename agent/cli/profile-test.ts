// `opengsa profile test`: which rule a destination falls under, from the command line or line by line.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { compileProfile, type Matcher } from '../../protocol/matcher.ts';
import type { ProgramRule } from '../policy/program-rules.ts';
import {
  type ProfileVerdict,
  readQuestion,
  readTypedQuestion,
  testDestination,
  unmatched,
} from '../policy/profile-verdict.ts';
import { machineProfiles } from './machine-profiles.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { readProfileFile } from './profile-files.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly profile?: string; readonly json?: true };

export function profileTestCommand(terminal: Terminal): Command {
  return new Command('test')
    .description('say which rule a destination falls under; needs no agent')
    .argument(
      '<destination...>',
      'host[:port][/tcp|udp], default 443/tcp; - reads JSON lines from standard input',
    )
    .option(
      '--profile <file>',
      'a profile in any format that import takes; default: those in force in the agent, or in its files',
    )
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((destinations: string[], options: Options) => run(destinations, options, terminal));
}

async function run(destinations: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  if (destinations.includes('-') && destinations.length > 1) {
    throw new OpenGsaError(
      'bad-usage',
      '- stands alone: destinations come from standard input or from the arguments',
    );
  }
  const rules = await rulesToTest(options, terminal);
  if (destinations[0] === '-') return answerLines(rules, terminal);
  const answers = destinations.map((text) => answerTyped(text, rules));
  const malformed = answers.find(({ verdict }) => verdict.reason.startsWith('malformed'));
  if (malformed !== undefined) {
    throw new OpenGsaError('bad-usage', `${malformed.text}: ${malformed.verdict.reason}`);
  }
  for (const { text, question, verdict } of answers) {
    if (options.json === true) terminal.line(JSON.stringify({ ...question, ...verdict }));
    else sentence(text, verdict).forEach(terminal.line);
  }
}

type TestedRules = { readonly matchers: readonly Matcher[]; readonly byProgram: readonly ProgramRule[] };

async function rulesToTest(options: Options, terminal: Terminal): Promise<TestedRules> {
  if (options.profile !== undefined) {
    const { profile } = await readProfileFile(options.profile, terminal);
    return { matchers: [compileProfile(profile)], byProgram: [] };
  }
  const { profiles, programRules } = await machineProfiles(options, terminal);
  const inForce = profiles.flatMap(({ enabled, profile }) => (enabled && profile !== null ? [profile] : []));
  return {
    matchers: inForce.map(compileProfile),
    byProgram: programRules.rules.map(({ programs, profile }) => ({
      programs,
      matcher: compileProfile(profile),
    })),
  };
}

function answerTyped(text: string, rules: TestedRules) {
  const question = readTypedQuestion(text);
  return { text, question, verdict: answer(question, rules) };
}

function answer(value: unknown, rules: TestedRules): ProfileVerdict {
  const question = readQuestion(value);
  return typeof question === 'string'
    ? unmatched(question)
    : testDestination(question, rules.matchers, rules.byProgram);
}

/** How many answers are put into one write: each write costs more than a decision. */
const answersPerWrite = 256;

/** One answer per line, in order, whatever the line holds. */
async function answerLines(rules: TestedRules, terminal: Terminal): Promise<void> {
  let answers: string[] = [];
  const flush = async () => {
    if (answers.length > 0) terminal.line(answers.join('\n'));
    answers = [];
    await terminal.drained();
  };
  for await (const line of inputLines(terminal)) {
    answers.push(JSON.stringify(answerLine(line, rules)));
    if (answers.length >= answersPerWrite) await flush();
  }
  await flush();
}

/** Lines end in LF or CRLF only: other separators may stand inside a line's strings. */
async function* inputLines({ input, stop }: Terminal): AsyncGenerator<string> {
  stop.addEventListener('abort', () => input.destroy());
  input.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of input) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield line.replace(/\r$/, '');
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}

function answerLine(line: string, rules: TestedRules): object {
  const value = parseLine(line);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { ...value, ...answer(value, rules) };
  }
  return { line, ...unmatched(value === undefined ? 'malformed: not JSON' : 'malformed: not an object') };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function sentence(text: string, verdict: ProfileVerdict): readonly string[] {
  const { programs } = verdict;
  if (programs === undefined) return [verdictText(text, verdict)];
  const first = `For ${programs.join(', ')} a rule of agent.yaml comes first and forwards it.`;
  return [`${verdictText(text, verdict)} ${first}`];
}

function verdictText(text: string, { match, action, authentication, reason }: ProfileVerdict): string {
  if (match === null) return `${text} falls under no rule: it goes direct.`;
  const set = match.endpointSetId === null ? '' : ` of set ${match.endpointSetId}`;
  const rule = `rule ${match.ruleId}${set} in ${match.policy} (${match.destination}, ${match.category})`;
  const serves = authentication === null ? '' : ` It serves authentication: ${authentication}.`;
  const why = reason === 'policy-disabled' ? ', because the policy is disabled' : '';
  const verb = action === 'forward' ? 'is forwarded through the tunnel' : 'bypasses the tunnel';
  return `${text} ${verb} by ${rule}${why}.${serves}`;
}
