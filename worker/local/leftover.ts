import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A workerd outlives a parent that was killed with -9, and then holds the port and the state.
 * Its process id is kept beside the state, so that the next start can end it.
 */
export function noteWorkerd(stateDir: string, pid: number): void {
  writeFileSync(pidFile(stateDir), `${process.pid} ${pid}\n`);
}

export function forgetWorkerd(stateDir: string): void {
  rmSync(pidFile(stateDir), { force: true });
}

/** Ends what an earlier start on this state left behind, unless that start itself is still running. */
export function endLeftover(stateDir: string): 'nothing' | 'ended' | 'still running' {
  let text: string;
  try {
    text = readFileSync(pidFile(stateDir), 'utf8');
  } catch {
    return 'nothing';
  }
  const [parent = 0, workerd = 0] = text.split(' ').map(Number);
  // Numbers are used again: it has to be what it was.
  if (!commandOf(workerd).includes('workerd')) return 'nothing';
  if (commandOf(parent).includes('node')) return 'still running';
  process.kill(workerd, 'SIGKILL');
  return 'ended';
}

function pidFile(stateDir: string): string {
  return join(stateDir, 'processes');
}

/** Empty when there is no such process. */
function commandOf(pid: number): string {
  try {
    // Linux; a slim image has no ps.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    try {
      return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    } catch {
      return '';
    }
  }
}
