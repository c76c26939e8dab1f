import './add-acts.ts';
import { enKeypad } from './en-keypad.ts';
import { addMessages } from './translate.ts';

addMessages(enKeypad);
