import './add-acts.ts';
import './add-door.ts';
import { enKiosk } from './en-kiosk.ts';
import { addMessages } from './translate.ts';

addMessages(enKiosk);
