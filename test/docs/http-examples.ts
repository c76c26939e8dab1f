import type { Fence, Line } from './document.ts';

/** A request of the document and the answer it says comes. */
export interface HttpExample {
  /** Where it stands. */
  line: number;
  method: string;
  /** With query. */
  path: string;
  /** By name in lower case. */
  headers: Record<string, string>;
  /** Lines as they stand; empty where there is none. */
  body: string[];
  answer: { status: number; headers: Record<string, string>; body: string[] };
}

/**
 * The examples of a block, in order: `→ METHOD path` and `← status`, each followed by lines indented by two, first
 * headers, then the body.
 */
export function httpExamples({ lines }: Fence): HttpExample[] {
  const messages = split(lines);
  const examples: HttpExample[] = [];
  for (let i = 0; i < messages.length; i += 2) {
    const [request, answer] = [messages[i], messages[i + 1]];
    const [, method, path] = /^→ ([A-Z]+) (\S+)$/.exec(request?.head ?? '') ?? [];
    const [, status] = /^← (\d{3})$/.exec(answer?.head ?? '') ?? [];
    if (!request || !answer || !method || !path || !status) {
      throw new Error(`line ${request?.line}: not a request and its answer`);
    }
    const { line, headers, body } = request;
    const said = { status: Number(status), headers: answer.headers, body: answer.body };
    examples.push({ line, method, path, headers, body, answer: said });
  }
  return examples;
}

interface Message {
  line: number;
  head: string;
  headers: Record<string, string>;
  body: string[];
}

function split(lines: readonly Line[]): Message[] {
  const messages: Message[] = [];
  for (const { number, text } of lines) {
    const message = messages.at(-1);
    const [, name, value = ''] = /^ {2}([A-Z][A-Za-z-]+): (.*)$/.exec(text) ?? [];
    if (!text.startsWith('  ')) messages.push({ line: number, head: text, headers: {}, body: [] });
    else if (name && message?.body.length === 0) message.headers[name.toLowerCase()] = value;
    else message?.body.push(text.slice(2));
  }
  return messages;
}

/** The JSON of a body that may run over several lines; undefined where it is none. */
export function jsonOf(body: readonly string[]): unknown {
  return body[0]?.startsWith('{') ? JSON.parse(body.join('\n')) : undefined;
}
