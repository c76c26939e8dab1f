import { type ComponentType, render } from 'preact';
import type { AppState } from '../state/app-state.ts';
import { App } from './App.tsx';

/** Puts the app into the page. */
export function mount(app: AppState, Shell: ComponentType, root: Element): void {
  render(<App app={app} Shell={Shell} />, root);
}
