import './add-door.ts';
import './add-later.ts';
import { enDevices } from './en-devices.ts';
import { addMessages } from './translate.ts';

addMessages(enDevices);
