import { enDoor } from './en-door.ts';
import { addMessages } from './translate.ts';

addMessages(enDoor);
