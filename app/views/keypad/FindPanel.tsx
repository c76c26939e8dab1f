import { Found } from './Found.tsx';
import { Keypad } from './Keypad.tsx';
import { Typed } from './Typed.tsx';

/** Buffer, matches and keys: a screen on a phone, the side of a tablet. */
export function FindPanel() {
  return (
    <div class="find">
      <Typed />
      <Found />
      <Keypad />
    </div>
  );
}
