// Whether a message that came back answers the one that was sent: the same id, opcode and question.
import { dnsHeaderBytes, readDnsQuestion } from './dns-question.ts';

/**
 * Letters of the question are compared without case, as RFC 1035 section 2.3.3 has it: whoever mixes their case looks
 * at the answer itself. A server that refuses may leave the question out.
 */
export function answersMessage(answer: Uint8Array, question: Uint8Array): boolean {
  if (answer.length < dnsHeaderBytes || question.length < dnsHeaderBytes) return false;
  const [high = 0, low = 0] = answer.subarray(2, 4);
  if (answer[0] !== question[0] || answer[1] !== question[1]) return false;
  if ((high & 0x80) === 0 || (high & 0x78) !== ((question[2] ?? 0) & 0x78)) return false;
  const { asked } = readDnsQuestion(question);
  if (asked === null || asked.echo.length === 0) return true;
  const hasQuestion = answer[4] !== 0 || answer[5] !== 0;
  if (!hasQuestion) return (low & 0x0f) !== 0;
  const { echo } = asked;
  const echoed = answer.subarray(dnsHeaderBytes, dnsHeaderBytes + echo.length);
  // Type and class are the last four bytes and have no case.
  const nameBytes = echo.length - 4;
  return (
    echoed.length === echo.length &&
    echo.every((byte, i) => (i < nameBytes ? lower(byte) === lower(echoed[i] ?? 0) : byte === echoed[i]))
  );
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
