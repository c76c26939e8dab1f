import './add-car.ts';
import './add-door.ts';
import { enTray } from './en-tray.ts';
import { addMessages } from './translate.ts';

addMessages(enTray);
